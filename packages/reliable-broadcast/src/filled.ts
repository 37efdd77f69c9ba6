/** So many times the same value. A plain loop: a group makes hundreds of these tables, and `Array.from` takes ten times as long. */
export function filled<T>(length: number, value: T): T[] {
  const table: T[] = [];
  for (let at = 0; at < length; at++) table.push(value);
  return table;
}
