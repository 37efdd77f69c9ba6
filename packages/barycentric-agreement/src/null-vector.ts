/** Below this, a row of numbers up to 1 is taken for a combination of the others. */
const flat = 1e-14;

/**
 * A vector orthogonal to the given d − 1 rows of d numbers, by elimination with complete pivoting; undefined when the rows
 * depend on each other. The rows are used up.
 */
export function nullVector(rows: number[][]): number[] | undefined {
  const size = rows.length + 1;
  const columns = Array.from({ length: size }, (_, column) => column);
  for (let step = 0; step < rows.length; step++) {
    const [row, place] = largestEntry(rows, columns, step);
    swap(rows, step, row);
    swap(columns, step, place);
    const column = columns[step] ?? 0;
    const pivotRow = rows[step] ?? [];
    const pivot = pivotRow[column] ?? 0;
    if (Math.abs(pivot) < flat) return undefined;
    for (const other of rows.slice(step + 1)) {
      const factor = (other[column] ?? 0) / pivot;
      for (const index of columns.slice(step)) other[index] = (other[index] ?? 0) - factor * (pivotRow[index] ?? 0);
    }
  }
  return backSubstituted(rows, columns);
}

function largestEntry(rows: readonly number[][], columns: readonly number[], from: number): readonly [number, number] {
  let best = -1;
  let at: readonly [number, number] = [from, from];
  for (let row = from; row < rows.length; row++) {
    for (let place = from; place < columns.length; place++) {
      const entry = Math.abs(rows[row]?.[columns[place] ?? 0] ?? 0);
      if (entry > best) {
        best = entry;
        at = [row, place];
      }
    }
  }
  return at;
}

/** The last column is free: it is 1, and the others follow. */
function backSubstituted(rows: readonly number[][], columns: readonly number[]): number[] {
  const solution = columns.map(() => 0);
  solution[columns.at(-1) ?? 0] = 1;
  for (let step = rows.length - 1; step >= 0; step--) {
    const row = rows[step] ?? [];
    let sum = 0;
    for (const column of columns.slice(step + 1)) sum += (row[column] ?? 0) * (solution[column] ?? 0);
    solution[columns[step] ?? 0] = -sum / (row[columns[step] ?? 0] ?? 1);
  }
  return solution;
}

function swap(items: unknown[], one: number, other: number): void {
  [items[one], items[other]] = [items[other], items[one]];
}
