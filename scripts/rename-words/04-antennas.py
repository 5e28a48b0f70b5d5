import os,sys
exec(open(os.path.join(os.path.dirname(os.path.abspath(__file__)),'lib.py')).read())
move([('src/devices/broker/open-listener.ts','src/devices/broker/open-listener.ts'),('src/devices/broker/serve-listener.ts','src/devices/broker/serve-listener.ts'),('src/devices/broker/listener-frames.ts','src/devices/broker/listener-frames.ts'),('src/devices/broker/listener-frames.test.ts','src/devices/broker/listener-frames.test.ts'),('src/devices/broker/open-listener.test.ts','src/devices/broker/open-listener.test.ts'),('src/devices/broker/serve-listener.test.ts','src/devices/broker/serve-listener.test.ts')])
def fn(s,f):
    if not re.search(r'\.(ts|tsx|mjs|md)$',f): return s
    if re.match(r'src/sensing/|tests/accuracy/',f):
        r=[(r'\bearAt\b','layerAntennaAt'),(r'\bears\b','layerAntennas'),(r'\bear\b','layerAntenna'),(r'\bEar\b','LayerAntenna')]
    elif re.match(r'simulators/',f):
        r=[(r'Every connection gets ears of its own','Every connection has line ends of its own'),(r'\bone ear for all of them\b','one end of the line for all of them'),(r'\bears\b','ends'),(r'\bear\b','end'),(r'\bEar\b','LineEnd')]
    elif f.endswith('tests/browser/evidence.test.ts'):
        r=[(r'looked for by ear','located by its signal'),(r'from the finding to the ear','from the finding to the locate job')]
    else:
        r=[(r"\bby ear\b","by signal"),(r'\bear-frames\b','listener-frames'),(r'\bears\b','listeners'),(r'\bear\b(?!-)','listener'),(r'Ears?(?=[A-Z]|\b)','Listener'),(r'\bear(?=[A-Z])','listener'),(r'\banListener','aListener')]
        if not re.search(r'\.(ts|tsx|mjs|md)$',f): return s
    for a,b in r: s=re.sub(a,b,s)
    s=s.replace('an layerAntenna','a layerAntenna').replace('an listener','a listener').replace('open-ear','open-listener').replace('serve-ear','serve-listener')
    return s
each(fn)
