import os,sys
exec(open(os.path.join(os.path.dirname(os.path.abspath(__file__)),'lib.py')).read())
sub([(r'\boddsAlone\b','probabilitiesAlone'),(r'\boddsOf\b','probabilitiesOf')],r'\.ts$')
sub([(r'\bodds\b','weight')],r'src/sensing/match-margins\.ts')
