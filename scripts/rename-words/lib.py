import re,subprocess,os,sys
root=sys.argv[1] if len(sys.argv)>1 else os.getcwd()
os.chdir(root)
def git(*a): return subprocess.run(['git',*a],check=True,capture_output=True,text=True).stdout
SKIP=re.compile(r'(^src/storage/migrations/|package-lock\.json|^LICENSE|\.(guiwei|png|svg|woff2?|xlsx|ttf|pcap|bin)$|^CHANGELOG\.md$)')
def files():
    return [f for f in git('ls-files').split('\n') if f and os.path.isfile(f) and not os.path.islink(f) and not SKIP.search(f)]
def each(fn, only=None):
    n=0
    for f in files():
        if only and not re.search(only,f): continue
        try: s=open(f,encoding='utf8').read()
        except UnicodeDecodeError: continue
        t=fn(s,f)
        if t!=s:
            open(f,'w',encoding='utf8').write(t); n+=1
    print('changed',n,'files')
def move(pairs):
    """pairs: (old path, new path); fixes import specifiers and mentions of the paths"""
    allf=set(files())
    mp={}
    for a,b in pairs:
        if os.path.isdir(a):
            for f in allf:
                if f.startswith(a+'/'): mp.setdefault(f, b+f[len(a):])
        elif os.path.exists(a): mp.setdefault(a,b)
    todo=list(mp.items())
    for a,b in todo:
        os.makedirs(os.path.dirname(b) or '.',exist_ok=True); git('mv',a,b)
    back={b:a for a,b in mp.items()}
    spec=re.compile(r'''((?:from\s+|import\s*\(\s*|import\s+|new URL\(\s*|vi\.mock\(\s*)["'])(\.{1,2}/[^"'\n]+)(["'])''')
    dirs=[(a,b) for a,b in pairs]
    def fix(s,f):
        old=back.get(f,f)
        def one(m):
            p=m.group(2); q=''
            if '?' in p: p,q=p.split('?',1); q='?'+q
            tgt=os.path.normpath(os.path.join(os.path.dirname(old),p))
            new=mp.get(tgt,tgt)
            if new==tgt and old==f: return m.group(0)
            if tgt not in mp and not os.path.exists(new): return m.group(0)
            rel=os.path.relpath(new,os.path.dirname(f) or '.')
            if not rel.startswith('.'): rel='./'+rel
            return m.group(1)+rel+q+m.group(3)
        s=spec.sub(one,s)
        for a,b in todo+dirs: s=re.sub(r'(?<![\w/-])'+re.escape(a)+r'(?![\w-])',b,s)
        return s
    each(fix)
def sub(rules, only=None):
    rs=[(re.compile(a),b) for a,b in rules]
    def fn(s,f):
        for a,b in rs: s=a.sub(b,s)
        return s
    each(fn,only)
