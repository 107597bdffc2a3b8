"""What results say: tables, figures and sentences, written as one page and as files of their own.

It hands on no names: a terminal needs its texts alone, long before numpy is there.
"""
