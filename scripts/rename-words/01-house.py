import os,sys
exec(open(os.path.join(os.path.dirname(os.path.abspath(__file__)),'lib.py')).read())
move([('src/context.ts','src/context.ts'),('src/site-feed.ts','src/site-feed.ts'),
 ('tests/support/context-server.ts','tests/support/context-server.ts'),('tests/support/twin-context.ts','tests/support/twin-context.ts'),
 ('tests/storage/fill-database.ts','tests/storage/fill-database.ts'),
 ('tests/bench/bench-context.ts','tests/bench/bench-context.ts'),('tests/bench/hold-context.ts','tests/bench/hold-context.ts')])
prose=[(r"\bThe house's own\b","The gateway's own"),(r"\bthe house's own\b","the gateway's own"),(r"\bThe house's\b","The gateway's"),(r"\bthe house's\b","the gateway's"),
 (r"\bDatabases, houses and servers\b","Databases, contexts and servers"),
 (r"\b([Aa]) fresh house\b",r"\1 fresh installation"),(r"\ba new house must\b","a new database must"),(r"\bthe house is closed\b","the bench's gateway is closed"),
 (r"\bgrows with the gateway\b","grows with the number of boxes"),(r"\bA full house\b","A full room"),(r"\ba whole house of consoles\b","a whole building of consoles"),
 (r"\bHouse rules\b","Rules of this repository"),(r"\bhouse rules\b","rules of this repository"),(r"\bthe house chain\b","the site's chain"),(r"\bthe one database of the gateway\b","the gateway's one database"),
 (r"\bout of the gateway\b","out of the building"),(r"\bsaw the whole house\b","saw the whole repository"),(r"as the repository grows","as the repository grows"),
 (r"\b(as it does in) a gateway\b",r"\1 a gateway in use"),(r"\ba house of 100 000\b","a gateway with 100 000"),(r"\bA house with its API\b","A gateway's context with its API"),
 (r"\bas a gateway's\b","as the gateway's"),
 (r'"room:r1" or "house" (the whole site; rows are kept under that name)',r'"room:r1" or "house" (the whole site; rows are kept under that name) (the whole site; rows are kept under that name)'),
 (r"; the site's otherwise\b","; the site's otherwise"),
]
noun=[(r"\bthe house\b(?!s)","the gateway"),(r"\bThe house\b","The gateway"),(r"\bof a gateway\b","of a gateway"),(r"\ba house\b","a gateway"),(r"\bA house\b","A gateway")]
ident=[(r"\bhouseChain\b","siteChain"),(r"\bhouseFeed\b","siteFeed"),(r"\bHouseFeed\b","SiteFeed"),(r"\bhouseTimes\b","ownTimes"),(r"\bisHouse\b","isOwn"),
 (r"\bhouseUserOf\b","ownUserOf"),(r"\bhouseRights\b","ownRights"),(r"\bhouses\b","own"),(r"\bEarHouse\b","EarContext"),(r"\bfillHouse\b","fillDatabase"),
 (r"\bTestHouse\b","TestContext"),(r"\bTestHouseSettings\b","TestContextSettings"),
 (r"House\b(?=[^a-z]|$)","Context"),
]
def fn(s,f):
    if f.endswith('.md') or re.search(r'\.(ts|tsx|mjs|cjs|json|ya?ml|css|html|py|sh)$',f) or f.startswith('.ci'):
        if f.startswith('tests/storage/baseline'): return s
        for a,b in prose+noun: s=re.sub(a,b,s)
        if re.search(r'\.(ts|tsx|mjs)$',f):
            # stored chain name, migration tag and wire values stay
            keep={}
            def stash(m):
                k='\x00%d\x00'%len(keep); keep[k]=m.group(0); return k
            s=re.sub(r'''"house"(?!\])(?! \| "folder")|'house'|\b0000_house\w*|house\.guiwei|@127\.0\.0\.1:1/house|^  house: "(?:House|全馆)",?$''',stash,s,flags=re.M)
            for a,b in ident: s=re.sub(a,b,s)
            s=re.sub(r'House(?=[A-Z])','Context',s); s=re.sub(r'\b(open|with|make)House\b',r'\1Context',s)
            s=re.sub(r'\bhouse(?=[A-Z])','context',s)
            s=re.sub(r'\bhouse\b','context',s)
            for k,v in keep.items(): s=s.replace(k,v)
    return s
each(fn)
sub([(r'"house" \| "folder"','"context" | "folder"')],r'src/backups/open-backups')
sub([(r'Pick<([\w"\] \[|]*), "house" \|',r'Pick<\1, "context" |')])
sub([(r'"house"','"gateway"')],r'src/jobs/jobs\.ts')
sub([(r'"house"','"product"')],r'tests/simulation/no-real-time')
sub([(r'change\(house, work\)  ','change(context, work)')],r'ARCHITECTURE')
sub([(r'^  house: "House"','  site: "Whole site"'),(r'^  house: "全馆"','  site: "全馆"')],r'words/(en|zh)/journal')
def fix(s,f):
    return re.sub(r'(?m)^  house: "House"','  site: "Whole site"',re.sub(r'(?m)^  house: "全馆"','  site: "全馆"',s))
each(fix,r'words/(en|zh)/journal')
sub([(r'value: "house", label: t\("journal\.context"\)','value: siteChain, label: t("journal.site")')],r'pages/journal.tsx')
sub([(r'rooms \? \["house",','rooms ? [siteChain,')],r'parts/shell.tsx')
sub([(r'  site: "Whole site"','  wholeSite: "Whole site"'),(r'  site: "全馆"','  wholeSite: "全馆"')],r'words/(en|zh)/journal')
sub([(r't\("journal\.site"\) \}\] : \[\]','t("journal.wholeSite") }] : []'),(r'import type \{ JournalRow \} from "../../../src/contract/journal.ts"','import { type JournalRow, siteChain } from "../../../src/contract/journal.ts"')],r'pages/journal.tsx')
def imp(s,f):
    if 'siteChain' in s and 'contract/journal.ts' not in s: s=s.replace('import { stopDoorIs } from','import { siteChain } from "../../../src/contract/journal.ts";\nimport { stopDoorIs } from',1)
    return s
each(imp,r'parts/shell.tsx')
sub([(r'\bhouse\b','context')],r'\.dependency-cruiser\.cjs')
