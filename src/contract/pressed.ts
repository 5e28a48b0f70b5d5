/** How a console tells the gateway when a button was pressed, however long the network kept the request (S15). */

/** Response header for signed-in callers: the gateway's own count of milliseconds, CLOCK_MONOTONIC. */
export const nowHeader = "guiwei-now";
/** Request header: the gateway's count at the press, as the console computes it from earlier answers. */
export const pressedHeader = "guiwei-pressed";
