import os,sys
exec(open(os.path.join(os.path.dirname(os.path.abspath(__file__)),'lib.py')).read())
move([('src/stocktake/delta/run-area-deltas.ts','src/stocktake/delta/run-area-deltas.ts')])
sub([(r'\bconst recounts = runDeltas\b','const runningDeltas = runDeltas'),(r'\bdeltas = recounts\b','deltas = runningDeltas'),(r'\{ deltas: recounts \}','{ deltas: runningDeltas }'),(r'\brecounts\.','runningDeltas.'),(r'\bconst recounted\b','const deltasEnded'),(r'\bawait recounted\b','await deltasEnded')],r'src/pipeline\.ts')
def fn(s,f):
    if not re.search(r'\.(ts|tsx|mjs|md)$',f): return s
    for a,b in [(r'delta stocktake \(recount of an aisle\)','delta stocktake (an aisle counted again after its use)'),
      (r'\baskRecount\b','askDelta'),(r'\brecountArea\b','runAreaDeltas'),(r'\bAreaRecounts\b','AreaDeltas'),(r'\bRecountDeps\b','DeltaDeps'),(r'\bRecountState\b','DeltaState'),(r'\brecountStates\b','deltaStates'),
      (r'\bnextRecount\b','nextDelta'),(r'\bafterRecount\b','afterDelta'),(r'\brecountOf\b','deltaOf'),(r'delta\.recount\.','delta.state.'),(r'"delta\.recount"','"delta.state"'),
      (r'data-recount','data-delta'),(r'/recount\b','/delta'),(r'deltas\.recount\b','deltas.ask'),(r'"recount" \| "acknowledge"','"ask" | "acknowledge"'),(r'\brecount: nothing\b','ask: nothing'),
      (r'\b(the|a|A|The) recount\b',r'\1 delta'),(r'`recount \$','`delta ')]:
        s=re.sub(a,b,s)
    if f.startswith('web/src/words'): s=re.sub(r'(?m)^  recount: \{','  state: {',s)
    if f.endswith('stocktake/delta/run-deltas.ts'):
        s=s.replace('  recount(actor: Actor','  ask(actor: Actor').replace('async recount(actor','async ask(actor')
    if f.endswith('actors/counters.ts') or f.endswith('simulation/run-seed.ts'): s=re.sub(r'\brecount\b','delta',s).replace('export const delta: Act','export const startDelta: Act').replace(', delta, ',', startDelta, ').replace('[0.5, delta]','[0.5, startDelta]')
    s=re.sub(r'\brecounts\b','deltas',s); s=re.sub(r'\brecount\b','delta',s)
    return s
each(fn)
