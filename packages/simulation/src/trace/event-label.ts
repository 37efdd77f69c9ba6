import type { TraceEvent } from './event.js';
import { messageLabel, plainText, valueLabel } from './message-kind.js';

/** What happened, in a few words without special characters: everything in an event comes from a file. */
export function eventLabel(event: TraceEvent): string {
  switch (event.kind) {
    case 'input':
    case 'output':
      return `${event.kind} ${valueLabel(event.value)}`.trimEnd();
    case 'send':
      return `send to ${event.to}: ${messageLabel(event.message)}`;
    case 'receive':
      return `receive from ${event.from}: ${messageLabel(event.message)}`;
    case 'fault':
      return `fault of node ${event.peer}: ${plainText(event.name)}`;
    case 'expire':
      return `timer ${plainText(event.timer)}`;
    case 'crash':
    case 'restart':
      return event.kind;
    case 'other':
      return plainText(event.name);
  }
}
