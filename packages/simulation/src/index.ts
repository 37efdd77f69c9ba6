export * from './adversaries/index.js';
export { errors } from './errors.js';
export { million, type Cut, type NetworkOptions, type Partition } from './network.js';
export type { AnyProtocol, ReportedFault } from './node-slot.js';
export { seededRandom, type Random } from './random.js';
export {
  Simulation,
  type Hold,
  type InFlight,
  type NodeContext,
  type SimulationEvent,
  type SimulationOptions,
} from './simulation.js';
export { drawPlan, type CampaignSpace } from './draw-plan.js';
export type { NetworkPlan, PlannedFault, RunPlan } from './plan.js';
export { runPlan, type Outcome, type RunPlanOptions } from './run-plan.js';
export type { ScheduledEvent } from './schedule.js';
export { shrink, type Shrunk } from './shrink.js';
export type { Subject } from './subject.js';
export { traceLine, TraceDigest } from './trace.js';
