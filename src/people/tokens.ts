import { and, desc, eq, isNull } from "drizzle-orm";
import type { Context } from "../context.ts";
import { Refusal } from "../contract/errors.ts";
import { siteChain } from "../contract/journal.ts";
import type { CreatedToken, CreateTokenBody, TokenView } from "../contract/people.ts";
import type { Role } from "../contract/roles.ts";
import { change } from "../journal/change.ts";
import { tokens } from "../storage/schema/people.ts";
import { tokenPrefix } from "./credentials.ts";
import type { PeopleDeps } from "./deps.ts";
import { hashSecret, newSecret } from "./secret.ts";

const tokensListedMax = 1_000;

/** Creates a token for a business system; only this answer contains the secret. */
export async function createToken(deps: PeopleDeps, actor: string, asked: CreateTokenBody): Promise<CreatedToken> {
  const { context, randomBytes } = deps;
  const secret = tokenPrefix + newSecret(randomBytes);
  const roles = [...new Set(asked.roles)];
  const id = context.newId();
  const createdAtMs = await change(context, async (tx, { note, atMs }) => {
    await tx
      .insert(tokens)
      .values({ id, name: asked.name, tokenHash: hashSecret(secret), roles, createdBy: actor, createdAtMs: atMs });
    note({
      chain: siteChain,
      actor,
      kind: "token.created",
      subject: `system:${id}`,
      body: { name: asked.name, roles },
    });
    return atMs;
  });
  // Looked up once here, so that STOP's own door knows the token before its first use.
  deps.sessions.whoIs({ authorization: `Bearer ${secret}` }).catch(() => {});
  return { id, name: asked.name, roles, createdAtMs, revokedAtMs: null, secret };
}

/** The token becomes invalid and its connections close. */
export async function revokeToken(deps: PeopleDeps, actor: string, id: string): Promise<void> {
  await change(deps.context, async (tx, { note, atMs }) => {
    const [row] = await tx
      .update(tokens)
      .set({ revokedAtMs: atMs })
      .where(and(eq(tokens.id, id), isNull(tokens.revokedAtMs)))
      .returning({ name: tokens.name });
    if (!row) throw new Refusal("token-unknown");
    note({ chain: siteChain, actor, kind: "token.revoked", subject: `system:${id}`, body: { name: row.name } });
  });
  deps.sessions.ended({ tokenId: id });
}

/** Newest first, revoked ones included. */
export async function listTokens(context: Context): Promise<TokenView[]> {
  const rows = await context.db
    .select()
    .from(tokens)
    .orderBy(desc(tokens.createdAtMs), desc(tokens.id))
    .limit(tokensListedMax);
  return rows.map(({ id, name, roles, createdAtMs, revokedAtMs }) => ({
    id,
    name,
    roles: roles as Role[],
    createdAtMs,
    revokedAtMs,
  }));
}
