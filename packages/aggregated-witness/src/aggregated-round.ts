import { Claims, type OfRound, type Witnessed } from '@quorate/witness/contract';

/** What a node knows of one round beside what the witness layer knows. */
export class AggregatedRound implements OfRound {
  round = -1;
  /** This node sent its aggregated report. */
  reported = false;
  /** Whoever uses this node needs nothing more; the others may still need its aggregated report. */
  finished = false;
  /** What came out of the witness layer last. */
  witnessed: Witnessed | undefined;
  /** Aggregated reports, against the witnesses of this node. */
  readonly reports: Claims;

  constructor(n: number) {
    this.reports = new Claims(n);
  }

  reset(round: number): void {
    this.round = round;
    this.reported = this.finished = false;
    this.witnessed = undefined;
    this.reports.reset();
  }
}
