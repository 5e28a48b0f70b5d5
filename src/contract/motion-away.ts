/** What is promised of the seconds in which the motion process is dead or held: site check, console and whoever starts it anew. */

/** A controller that keeps a beat stops by itself after so long without one (S14, both PROTOCOL.md). */
export const beatLostMsMax = 500;
/** From its death to the STOP at the wire, on a quiet machine (`npm run bench -- --only stop`). */
export const backInMs = 1_000;
/** One that says nothing for so long stands still with its process: it is ended, and then another one is there as after a death. */
export const silentMotionMs = 5_000;
