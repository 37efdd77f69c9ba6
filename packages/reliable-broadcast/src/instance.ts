import { equalBytes, NodeSet, sha256, type NodeId } from '@quorate/transport/contract';
import { digestBytes, type Echo, type Vote } from './message.js';

/** One payload that somebody claims for an instance, and who said so. */
export class Candidate {
  /** A private copy; missing while only votes with its digest came. */
  payload: Uint8Array | undefined;
  /** SHA-256 of the payload; missing below 32 bytes, and until somebody needs it. */
  digest: Uint8Array | undefined;
  /** Nodes whose first echo carried this payload. */
  readonly echoes: NodeSet = new NodeSet();
  /** Nodes whose first vote named it. */
  readonly votes: NodeSet = new NodeSet();
  /** Nodes that answered a request with "I delivered this". */
  answers: NodeSet | undefined;
  /** Whose message the payload was copied from: its bytes count against that peer. */
  broughtBy: NodeId | undefined;

  /** How votes name the payload: itself below 32 bytes, its digest from there on. */
  get value(): Uint8Array {
    const { payload } = this;
    if (payload !== undefined && payload.length < digestBytes) return payload;
    return this.#digest();
  }

  /** Whether a vote for `value` is a vote for this candidate. */
  isNamedBy(value: Uint8Array): boolean {
    if (value.length < digestBytes) return this.payload !== undefined && equalBytes(this.payload, value);
    if (this.payload !== undefined && this.payload.length < digestBytes) return false;
    return equalBytes(this.#digest(), value);
  }

  #digest(): Uint8Array {
    if (this.digest === undefined) {
      // A candidate without a payload came from a vote, which set the digest.
      if (this.payload === undefined) throw new Error('invariant: a candidate has a payload or a digest');
      this.digest = sha256(this.payload);
    }
    return this.digest;
  }
}

const none: readonly Candidate[] = [];

/**
 * What a node knows about one broadcast that it has not delivered yet. Bounded: a peer adds at most one candidate by its
 * first echo, one by its first vote and one by its first answer, and the sender one more by its input.
 */
export class Instance {
  /** Nearly always one: an array that begins empty has room for seventeen. */
  candidates: readonly Candidate[] = none;
  /** Nodes that echoed, whatever they echoed: only the first echo of each counts. */
  readonly echoed: NodeSet = new NodeSet();
  /** Nodes that voted, whatever they voted for. */
  readonly voted: NodeSet = new NodeSet();
  /** What the sender's own input said. */
  input: Candidate | undefined;
  /** What this node echoed and voted for. Once set, never changed. */
  echo: Candidate | undefined;
  vote: Candidate | undefined;

  /** Nodes whose payload was dropped for lack of room: they are asked for it again. */
  dropped: NodeSet | undefined;
  /** Nodes that answered a request for it: only the first answer of each counts. */
  answered: NodeSet | undefined;

  /** The candidate that holds this payload. */
  withPayload(payload: Uint8Array): Candidate | undefined {
    for (const candidate of this.candidates) {
      if (candidate.payload !== undefined && equalBytes(candidate.payload, payload)) return candidate;
    }
    return undefined;
  }

  /** The candidate of which only the digest is known, and which this payload turns out to be. */
  unfilled(payload: Uint8Array): Candidate | undefined {
    if (payload.length < digestBytes || this.candidates.every((c) => c.payload !== undefined)) return undefined;
    const digest = sha256(payload);
    return this.candidates.find((c) => c.payload === undefined && c.isNamedBy(digest));
  }

  /** The candidate that a vote's value names. */
  named(value: Uint8Array): Candidate | undefined {
    for (const candidate of this.candidates) {
      if (candidate.isNamedBy(value)) return candidate;
    }
    return undefined;
  }

  add(candidate: Candidate): Candidate {
    this.candidates = this.candidates.length === 0 ? [candidate] : [...this.candidates, candidate];
    return candidate;
  }

  /** A new candidate of which only the digest is known. */
  addNamed(digest: Uint8Array): Candidate {
    const candidate = new Candidate();
    candidate.digest = new Uint8Array(digest);
    return this.add(candidate);
  }

  /** The candidate with a payload that there is no room for. Names a copy, because the frame may change. */
  nameOnly(payload: Uint8Array): Candidate {
    const digest = sha256(new Uint8Array(payload));
    return this.named(digest) ?? this.addNamed(digest);
  }

  /** The candidate that `peer` echoed, voted for, or answered with. */
  echoOf(peer: NodeId): Candidate | undefined {
    return this.candidates.find((candidate) => candidate.echoes.has(peer));
  }

  voteOf(peer: NodeId): Candidate | undefined {
    return this.candidates.find((candidate) => candidate.votes.has(peer));
  }

  answerOf(peer: NodeId): Candidate | undefined {
    return this.candidates.find((candidate) => candidate.answers?.has(peer) === true);
  }
}

/** The echo for a candidate; none while only its digest is known. */
export function echoOf(sender: NodeId, sequence: number, { payload }: Candidate): Echo | undefined {
  return payload && { kind: 'echo', sender, sequence, payload };
}

/** The vote for a candidate. */
export const voteOf = (sender: NodeId, sequence: number, candidate: Candidate): Vote => ({
  kind: 'vote',
  sender,
  sequence,
  value: candidate.value,
});
