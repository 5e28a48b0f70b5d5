import type { Context } from "../context.ts";
import { watchEndpoints } from "../contract/endpoints/watch.ts";
import { Refusal } from "../contract/errors.ts";
import { siteChain } from "../contract/journal.ts";
import { wholeList } from "../contract/lists.ts";
import { mount } from "../http/mount.ts";
import { type App, type CursorKey, page, pageFrom, requireRight } from "../http/route.ts";
import { chainHead, type HistoryPlace, readChain, readHistory } from "./read-journal.ts";
import { verifyJournal } from "./verify.ts";

/** Gives other work on this thread a turn. */
const rest = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Subjects about sign-ins and people: for auditors only, like the site's chain. */
const auditSubjects = /^(person|system):/;

export function journalRoutes(app: App, { context }: { context: Context }): void {
  mount(app, watchEndpoints.readJournal, async (request) => {
    const { chain, after, subject } = request.query;
    if ((chain === undefined) === (subject === undefined))
      throw new Refusal("bad-input", { detail: "chain | subject" });
    const { after: cursor, limit } = pageFrom(request.query);
    if (chain !== undefined) {
      if (chain === siteChain) requireRight(request, "audit");
      const head = await chainHead(context.db, chain);
      return { ...wholeList(await readChain(context.db, chain, after ?? 0, limit)), head };
    }
    if (auditSubjects.test(subject ?? "")) requireRight(request, "audit");
    const rows = await readHistory(context.db, subject ?? "", placeOf(cursor), limit + 1);
    return { ...page(rows, limit, (row) => [row.atMs, row.chain, row.revision]), head: 0 };
  });

  let isVerifying = false;
  mount(app, watchEndpoints.verifyJournal, async (request) => {
    // Verifying reads the whole journal, so only one runs at a time.
    if (isVerifying) throw new Refusal("journal-verify-running");
    isVerifying = true;
    try {
      const { chain } = request.query;
      return await verifyJournal(context.db, { rest, ...(chain === undefined ? {} : { chain }) });
    } finally {
      isVerifying = false;
    }
  });
}

function placeOf(cursor: CursorKey | null): HistoryPlace | null {
  if (cursor === null) return null;
  const [atMs, chain, revision] = cursor;
  if (typeof atMs !== "number" || typeof chain !== "string" || typeof revision !== "number")
    throw new Refusal("cursor-invalid");
  return { atMs, chain, revision };
}
