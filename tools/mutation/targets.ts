/** What `pnpm mutation` changes, package by package, and which tests must notice. */
export interface MutationTarget {
  /** The files that are mutated, in `packages/<name>/src`. */
  readonly files: readonly string[];
  /** The tests that run against each mutant, in `packages/<name>/test`: those without threads, without a build, and without long runs. */
  readonly tests: readonly string[];
}

export const targets: Readonly<Record<string, MutationTarget>> = {
  // Not mutated: entry points, the text of errors, and the suites and the network that are tests themselves.
  'reliable-broadcast': {
    files: [
      '*.ts',
      '!{index,contract,errors}.ts',
      '!{compliance,round-collector-compliance,message-network,test-framework}.ts',
    ],
    tests: [
      '{answering,delivered-log.property,flood-gauge,lane,limits,questions,sender-order.property,slab}.test.ts',
      '{bracha.paper,properties,random-messages,restart,textbook.property,best-effort,first-values,first-values-by-hand}.test.ts',
      'scenarios/{answers,catch-up,hostile-catch-up,hostile-messages,lying-sender}.test.ts',
    ],
  },
  // The contract: what protocols are written against. Hosts and transports have their compliance suites.
  transport: {
    files: ['{group,node-id,node-set,property,step,thresholds,timers}.ts'],
    tests: ['{group,lift.property,node-set.property,thresholds.property,timers.property}.test.ts'],
  },
  voting: {
    files: ['*.ts', '!{index,contract,errors}.ts'],
    tests: [
      '{accusations,agreement.paper,agreement.property,agreements,arrival,hostile.property,ledger,parts,properties,recovery,succession,voting}.test.ts',
    ],
  },
};
