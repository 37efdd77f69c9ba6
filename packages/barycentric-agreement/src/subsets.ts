/** The ways to choose `size` of the numbers 0 … count − 1, each ascending, in lexicographic order. The array is used again. */
export function* subsetsOf(count: number, size: number): Generator<readonly number[]> {
  const chosen = Array.from({ length: size }, (_, index) => index);
  if (size > count) return;
  for (;;) {
    yield chosen;
    let place = size - 1;
    while (place >= 0 && chosen[place] === count - size + place) place--;
    if (place < 0) return;
    const next = (chosen[place] ?? 0) + 1;
    for (let index = place; index < size; index++) chosen[index] = next + index - place;
  }
}
