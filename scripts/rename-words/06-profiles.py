import os,sys
exec(open(os.path.join(os.path.dirname(os.path.abspath(__file__)),'lib.py')).read())
move([('firmware-protocols/register-maps/register-map.ts','firmware-protocols/register-maps/register-map.ts'),('firmware-protocols/register-maps/register-maps.ts','firmware-protocols/register-maps/register-maps.ts'),('firmware-protocols/register-maps','firmware-protocols/register-maps'),
 ('firmware-protocols/digital-inputs/input-register-maps.ts','firmware-protocols/digital-inputs/input-register-maps.ts'),
 ('src/site/protocols.ts','src/site/protocols.ts'),
 ('src/calibration/learn-calibration.ts','src/calibration/learn-calibration.ts'),('src/calibration/calibration-view.ts','src/calibration/calibration-view.ts'),('src/contract/calibrations.ts','src/contract/calibrations.ts'),
 ('src/sensing/calibration-fit.ts','src/sensing/calibration-fit.ts'),('src/sensing/calibration.ts','src/sensing/calibration.ts'),('src/stocktake/antenna-calibrations.ts','src/stocktake/antenna-calibrations.ts'),
 ('tests/flows/shelving-register-maps.test.ts','tests/flows/shelving-register-maps.test.ts')])
KEEP=re.compile(r'antenna_profiles\w*|link[- ]profile|linkProfile|-profile-D1|profile D0|note": "profile D1|registry')
def ident(s,r):
    for a,b in r: s=re.sub(a,b,s)
    return s
MAPS=[(r'\bShelfProfile\b','RegisterMap'),(r'\bshelfProfiles\b','registerMaps'),(r'\bClimateSensorProfile\b','ClimateRegisterMap'),(r'\bclimateProfile\b','climateRegisterMap'),(r'\bInputProfile\b','InputRegisterMap'),(r'\binputProfiles\b','inputRegisterMaps')]
SITE=[(r'\bdevice-profile-unknown\b','device-protocol-unknown'),(r'\bstreamProfiles\b','streamProtocols'),(r'\bProfileFacts\b','ProtocolFacts'),(r'\bcheckProfile\b','checkProtocol'),
  (r'\b(device|controller|spec|options)(\?)?\.profile\b',r'\1\2.protocol'),(r'\)\?\.profile\b',')?.protocol'),
  (r'(?<![\w.])profile: (["\']?)(r2000|archive-mqtt|impinj-r700|zebra-iotc|room-\d|fatek-njust|th-transmitter|xy-md02|di-discrete|di-coils|di-holding)',r'protocol: \1\2')]
def fn(s,f):
    if re.search(r'r2000/|PROTOCOL\.md$',f) and not re.search(r'register-maps/|digital-inputs/',f): return ident(s,SITE[-1:]) if not f.endswith('.md') else s
    if not re.search(r'\.(ts|tsx|mjs|md|json|ya?ml)$',f) or f=='package-lock.json': return s
    keep={}
    def stash(m):
        k='\x00%d\x00'%len(keep); keep[k]=m.group(0); return k
    s=KEEP.sub(stash,s)
    s=s.replace('profile-map.ts','register-map.ts')
    s=ident(s,MAPS+SITE)
    if f.startswith('firmware-protocols/') or f.startswith('tests/peers') :
        s=ident(s,[(r'"profile"','"registerMap"'),(r'\bprofileOf\b','registerMapOf'),(r'\bprofiles\b','registerMaps'),(r'\bprofile\b','registerMap'),(r'\bA profile is data\b','A register map is data')])
        if f.endswith('.md'): s=ident(s,[(r'\bregisterMaps\b','register maps'),(r'\bregisterMap\b','register map')])
    elif f.endswith('shelving-register-maps.test.ts'): s=ident(s,[(r'\bprofiles\b','protocols'),(r'\bprofile\b','protocol')])
    elif re.match(r'src/devices/|simulators/|src/shelving|src/contract/shelf|src/motion|tests/(flows/(links|twin|shelving)|simulation|support|faults)',f):
        s=ident(s,[(r'\{ profile: device\.protocol \}','{ protocol: device.protocol }'),(r'\{ profile: options\.protocol \}','{ protocol: options.protocol }'),
          (r'profile: device\.protocol','protocol: device.protocol')])
        if 'stream-reader' in f: s=ident(s,[(r'\bprofile\b','protocol')])
        else: s=ident(s,[(r'\bprofileName\b','protocolName'),(r'profile: protocolName','protocol: protocolName'),(r'\bprofiles\b(?! (told|carry))','registerMaps'),(r'\bprofile\b','registerMap'),(r'\bProfile\b','RegisterMap')])
    elif re.match(r'src/site/|scripts/|tests/docs|web/src/live|tests/bench/hold-wire|src/contract/error-table/device',f):
        s=ident(s,[(r'\bProtocol profile\b','Protocol'),(r'\bprotocol profile\b','protocol'),(r'\bprofiles\b','protocols'),(r'\bprofile\b','protocol')])
    elif f.startswith('README'):
        s=ident(s,[(r'\| device \| profile \|','| device | protocol (`protocol:`) |'),(r'\| link \| protocol \|','| link | described in |')])
    elif f=='CHANGELOG.md': pass
    else:
        s=ident(s,[(r'\bprofile was learned\b','calibration was learned'),(r'Profiles(?=[A-Z]|\b)','Calibrations'),(r'\bprofiles(?=[A-Z]|\b)','calibrations'),(r'Profile(?=[A-Z]|\b)','Calibration'),(r'\bprofile(?=[A-Z]|\b)','calibration'),(r'profile\.learned','calibration.learned')])
    for k,v in keep.items(): s=s.replace(k,v)
    return s
each(fn)
