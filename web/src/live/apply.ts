/** Follows the journal's feed: a chain's revisions have no gap, so a gap means that rows were missed. Pure. */
import type { JournalRow } from "../../../src/contract/journal.ts";

export const rowsKeptMax = 200;

export interface FeedView {
  /** Newest revision seen of each chain. */
  heads: Readonly<Record<string, number>>;
  /** Newest rows first. */
  rows: readonly JournalRow[];
  /** Chains where rows were missed: all data shown from them must be fetched again. */
  behind: readonly string[];
}

export const emptyFeed: FeedView = { heads: {}, rows: [], behind: [] };

export function apply(view: FeedView, row: JournalRow): FeedView {
  const head = view.heads[row.chain];
  if (head !== undefined && row.revision <= head) return view;
  const missed = head !== undefined && row.revision > head + 1;
  return {
    heads: { ...view.heads, [row.chain]: row.revision },
    rows: [row, ...view.rows].slice(0, rowsKeptMax),
    behind: missed && !view.behind.includes(row.chain) ? [...view.behind, row.chain] : view.behind,
  };
}

/** After (re)connecting the gateway sends the heads; a chain that has moved on meanwhile is behind. */
export function takeHeads(view: FeedView, heads: Readonly<Record<string, number>>): FeedView {
  const behind = Object.keys(heads).filter((chain) => {
    const known = view.heads[chain];
    return known !== undefined && known !== heads[chain];
  });
  return { ...view, heads: { ...view.heads, ...heads }, behind: [...new Set([...view.behind, ...behind])] };
}

export function caughtUp(view: FeedView): FeedView {
  return { ...view, behind: [] };
}
