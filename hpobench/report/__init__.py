"""What results say in tables, figures and sentences, as one page and as files of their own.

It hands on no names: a terminal needs its texts alone, long before numpy is there.
"""
