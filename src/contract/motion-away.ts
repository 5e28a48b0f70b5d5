/** Promises for the seconds in which the motion process is dead or held, for site check, console and the restarting code. */

/** A controller that expects heartbeats stops by itself after this time without one (S14, both PROTOCOL.md). */
export const beatLostMsMax = 500;
/** From the death of the motion process to the STOP on the wire, on a quiet machine (`npm run bench -- --only stop`). */
export const backInMs = 1_000;
/** A motion process that is silent for this long counts as hung: it is ended and started anew, as after a death. */
export const silentMotionMs = 5_000;
