import { stripVTControlCharacters } from 'node:util';

/** How a column stands. */
export type Alignment = 'left' | 'right';

const width = (cell: string): number => Array.from(stripVTControlCharacters(cell)).length;

/**
 * Aligned columns, two spaces apart, without rules. Cells may hold colours. A short row leaves its last cells empty;
 * nothing trails behind the last cell of a line.
 */
export function table(rows: readonly (readonly string[])[], alignments: readonly Alignment[] = []): string {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(0, ...rows.map((row) => width(row[column] ?? ''))),
  );
  return rows
    .map((row) =>
      widths
        .map((size, column) => {
          const cell = row[column] ?? '';
          const space = ' '.repeat(size - width(cell));
          return alignments[column] === 'right' ? space + cell : cell + space;
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Every line of a text, moved in by two spaces. */
export const indented = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ');
