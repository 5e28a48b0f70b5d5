import os,sys
exec(open(os.path.join(os.path.dirname(os.path.abspath(__file__)),'lib.py')).read())
move([('src/locate/locate-jobs.ts','src/locate/locate-jobs.ts'),('src/locate/note-locate.ts','src/locate/note-locate.ts'),('src/locate','src/locate'),('src/contract/locate.ts','src/contract/locate.ts'),
 ('web/src/css/locate.css','web/src/css/locate.css'),('web/src/parts/locate/locate-panel.tsx','web/src/parts/locate/locate-panel.tsx'),('web/src/parts/locate/locate-places.tsx','web/src/parts/locate/locate-places.tsx'),
 ('web/src/words/en/locate.ts','web/src/words/en/locate.ts'),('web/src/words/zh/locate.ts','web/src/words/zh/locate.ts'),('tests/flows/locate.test.ts','tests/flows/locate.test.ts'),
 ('src/contract/endpoints/locate.ts','src/contract/endpoints/locate.ts'),('src/contract/endpoints/locate.ts','src/contract/endpoints/locate.ts')])
def fn(s,f):
    if not re.search(r'\.(ts|tsx|mjs|cjs|md|css|ya?ml|json)$',f): return s
    for a,b in [(r'\bRunning hunts, one a room\b','Running locate jobs, one a room'),(r'\b(the|a|A|The|this|an) hunt\b(?=[^."\w]|\.\s|\.$)',lambda m:({'A':'A','a':'a'}.get(m.group(1),m.group(1)))+' locate job'),
      (r'\bits hunt goes on\b','its locate job goes on'),(r'\bcss/hunt\.css','css/locate.css'),(r'\./hunt\.css','./locate.css'),
      (r'\bhuntedBox','locatedBox'),(r'\bHunted','Located'),(r'\bhunted','located'),(r'\bHunts\b','LocateJobs'),(r'\bhunts\b','locateJobs'),(r'\bopenHunts\b','openLocateJobs'),
      (r'Hunts(?=[A-Z])','LocateJobs'),(r'\bhunts(?=[A-Z])','locateJobs'),(r'Hunt(?=[A-Z]|\b)','Locate'),(r'\bhunt(?=[A-Z]|\b)','locate'),(r'Hunts\b','LocateJobs')]:
        s=re.sub(a,b,s)
    return s
each(fn)
