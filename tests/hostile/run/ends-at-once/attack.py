print('over', 'already')
