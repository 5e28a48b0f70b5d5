import os,sys
exec(open(os.path.join(os.path.dirname(os.path.abspath(__file__)),'lib.py')).read())
sub([(r'(?<![.\w])context\b','visit')],r'tests/browser/(standby|first-run)\.test\.ts')
