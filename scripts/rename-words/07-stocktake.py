import os,sys
exec(open(os.path.join(os.path.dirname(os.path.abspath(__file__)),'lib.py')).read())
S='src/stocktake/'; J=S+'judging/'
move([(S+'count-facts.ts',J+'read-facts.ts'),(S+'count-judge.ts',J+'stocktake-judge.ts'),(S+'input-judge.ts',J+'planning-judge.ts'),(S+'judge-areas.ts',J+'judge-areas.ts'),
 (S+'judge-count.ts',J+'lines-from-beliefs.ts'),(S+'judge-count.test.ts',J+'lines-from-beliefs.test.ts'),(S+'judge-desk.ts',J+'judge-by-pages.ts'),
 (S+'judge-worker.ts',J+'judge-thread.ts'),(S+'judge-worker.mjs',J+'judge-thread.mjs'),(S+'thread-judge.ts',J+'open-judge-thread.ts'),
 ('src/calibration/finished-stocktakes.ts','src/calibration/finished-stocktakes.ts'),
 ('tests/simulation/actors/stocktakers.ts','tests/simulation/actors/stocktakers.ts')])
ID=[('CountFacts','StocktakeFacts'),('CountPage','FactsPage'),('CountReading','FactsReading'),('countReading','readFacts'),('CountJudge','StocktakeJudge'),('countJudge','localJudge'),('CountResult','JudgedResult'),
 ('DeskQuestion','JudgeQuestion'),('fedJudge','pagedJudge'),('CountHead','StocktakeHead'),('CountInput','StocktakeInput'),('CountPlan','ReadingPlan'),('InputJudge','PlanningJudge'),('inputJudge','planningJudge'),
 ('CountedBox','JudgedBox'),('CountQuestion','LinesQuestion'),('judgeCount','linesFromBeliefs'),('judgeDesk','judgeByPages'),('threadJudge','openJudgeThread'),
 ('FinishedCount','FinishedStocktake'),('finishedCounts','finishedStocktakes'),('chosenCounts','chosenStocktakes'),('steerCount','steerStocktake'),('keepCounting','keepReading'),('wholeCountMs','wholeStocktakeMs'),
 ('fillCount','fillStocktake'),('countWhole','stocktakeWhole'),('countPart','stocktakePart'),('countArea','stocktakeArea'),('countedWhole','wholeStocktake'),('countedArea','areaStocktake'),
 ('calibration-no-counts','calibration-no-stocktakes'),('calibration-count-unfit','calibration-stocktake-unfit'),
 ('judge-worker','judge-thread')]
AREA=re.compile(r'^(src/(stocktake|calibration|replay|sensing|locate|contract/(stocktake|attention|locate|calibrations|reads|roles|journal)|server/openapi|storage/schema/stocktake)|web/src/(parts|pages|live)|tests/(accuracy|simulation|browser|flows|faults|bench)|ARCHITECTURE|README\.md|docs/replay)')
NOUN=r"(?<!monotonic )\b(a|A|the|The|this|This|each|Each|every|Every|no|No|first|last|newest|finished|Finished|running|same|whole|later|next|earlier|new|room's|hall's|another|any|other|two|which) count(s?)\b(?! of (rounds|tags|people|entries|time|milliseconds|boxes|layers|reads|frames|messages|how|what)|ed|er|\(|s? (as|back|down|up)\b|-)"
def prose(s):
    s=re.sub(NOUN,lambda m:('an earlier' if False else m.group(1))+' stocktake'+m.group(2),s)
    s=re.sub(r"\bfinished counts\b",'finished stocktakes',s); s=re.sub(r"\bin counts before\b",'in stocktakes before',s); s=re.sub(r"\bfrom counts\b",'from stocktakes',s)
    s=re.sub(r"\bcancel counts\b",'cancel stocktakes',s); s=re.sub(r"\bCounts ask a judge\b",'Stocktakes ask a judge',s); s=re.sub(r"\bof a count's\b","of a stocktake's",s); s=re.sub(r"\b(count)'s\b","stocktake's",s)
    return s
def comments(s,f):
    if f.endswith('.md'): return prose(s)
    out=[]; inb=False
    for line in s.split('\n'):
        t=line.lstrip()
        if inb or t.startswith('/*') or t.startswith('*') or t.startswith('//') : 
            line=prose(line)
        elif '//' in line and 'http' not in line:
            i=line.index('//'); line=line[:i]+prose(line[i:])
        if '/*' in line and '*/' not in line: inb=True
        if '*/' in line: inb=False
        out.append(line)
    return '\n'.join(out)
def fn(s,f):
    if not re.search(r'\.(ts|tsx|mjs|md|cjs)$',f): return s
    for a,b in ID: s=re.sub(r'(?<![\w])'+a+r'(?![\w])',b,s)
    if f.startswith('tests/simulation/') or f=='tests/bench/hold-load.ts': s=re.sub(r'\bstartCount\b','startStocktakeOf' if 'bench' in f else 'beginStocktake',s)
    s=s.replace('it("a count','it("a stocktake').replace('"a count of','"a stocktake of')
    if AREA.search(f) and f not in ('tests/simulation/heal.ts','src/sensing/match-layers.ts'): s=comments(s,f)
    if re.match(r'src/(stocktake|calibration|locate)/',f):
        # variables that hold a stocktake
        s=re.sub(r'(?<![\w."\'`/*$-])count(?=[.\s,;)\]:?}])(?!: Type)(?!\s*\*)',lambda m:'stocktake',s) if 'CODE' in globals() else s
    if f.endswith('contract/locate.ts'): s=s.replace('["count", "home"','["stocktake", "home"')
    if re.search(r'words/(en|zh)/locate',f): s=re.sub(r'why: \{ count:','why: { stocktake:',s)
    if f.startswith('src/locate/') or f.startswith('tests/flows/locate') or f.startswith('web/src/parts/locate'): s=re.sub(r'"count"','"stocktake"',s)
    return s
each(fn)
sub([(r'has no count to learn from','has no stocktake to learn from'),(r'nothing to count\.','nothing to take stock of.')],r'error-table/')
sub([(r'(?<![\w".])count\b(?!: of\.)(?!\()','stocktake'),(r'\bcounts\b','stocktakes'),(r'\bCount\b','StocktakeRow')],r'src/calibration/(calibration-view|learn-calibration)\.ts|src/stocktake/judging/(judge-by-pages|stocktake-judge)\.ts')
sub([(r'\[count\]','[stocktake]'),(r'\(!count\)','(!stocktake)'),(r'context, count\)','context, stocktake)'),(r', count: Count\)',', stocktake: StocktakeRow)'),(r'\bcount\.','stocktake.'),(r': Count\b',': StocktakeRow'),(r'type Count\b','type StocktakeRow')],r'src/replay/export-reads\.ts')
sub([(r'during the count\b','during the stocktake'),(r'lines of a count\b','lines of a stocktake'),(r'after a count"','after a stocktake"'),(r'of count \$','of stocktake ${'.replace('{','')),(r'All counts that a restart','All stocktakes that a restart'),(r'all counts that a restart','all stocktakes that a restart'),(r'a full count\b','a full stocktake'),(r'second full count','second full stocktake'),(r'After counts that a restart interrupted','After stocktakes that a restart interrupted'),(r'in all counts,','in all stocktakes,'),(r'count-judge\.ts','stocktake-judge.ts'),(r'A finished count as','A finished stocktake as'),(r'thread of its own in the gateway: counts of','thread of its own in the gateway: stocktakes of'),(r"takes the count's layers","takes the stocktake's layers"),(r'After so many counts the','After so many stocktakes the'),(r'Of a larger count nothing','Of a larger stocktake nothing')],r'^(src|tests)/')
sub([(r'(?<![-\w])thread-judge\.ts','open-judge-thread.ts'),(r'(?<![-\w])judge-desk\.ts','judge-by-pages.ts'),(r'(?<![-\w])input-judge\.ts','planning-judge.ts'),(r'(?<![-\w])judge-count\.ts','lines-from-beliefs.ts'),(r'(?<![-\w])count-facts\.ts','read-facts.ts')],r'\.(ts|md|mjs)$')
