import type { TraceExport } from './export.js';
import { Mermaid } from './mermaid.js';
import { Perfetto } from './perfetto.js';
import { ShiViz } from './shiviz.js';

/** A form, with as many events as its viewer shows well. */
export interface TraceForm {
  readonly name: string;
  /** Where to look at it. */
  readonly viewer: string;
  /** Events that are shown unless somebody asks for more. */
  readonly limit: number;
  readonly of: (nodes: number) => TraceExport;
}

/** Every form, by name. */
export const traceForms: ReadonlyMap<string, TraceForm> = new Map(
  (
    [
      {
        name: 'shiviz',
        viewer: 'https://bestchai.bitbucket.io/shiviz/',
        limit: 10_000,
        of: (nodes) => new ShiViz(nodes),
      },
      { name: 'mermaid', viewer: 'Markdown, or https://mermaid.live', limit: 300, of: (nodes) => new Mermaid(nodes) },
      { name: 'perfetto', viewer: 'https://ui.perfetto.dev', limit: 1_000_000, of: (nodes) => new Perfetto(nodes) },
    ] satisfies readonly TraceForm[]
  ).map((form) => [form.name, form]),
);
