/** Longest frame when nothing else is said, in bytes: a payload of 1 MiB fits with room for what protocols put around it. */
export const defaultMaxFrameBytes: number = 4 * 1024 * 1024;

/** What may wait for one peer when nothing else is said, in bytes. A peer that is further behind is cut off. */
export const defaultOutboxBytes: number = 64 * 1024 * 1024;
