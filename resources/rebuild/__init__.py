"""Rebuild a video from its tables alone, and say how near that comes to the original.

tables ──► script.py     what is to be seen and heard, moment by moment
           picture.py    drawn: as colours, boxes and texts, or of one still a shot (plates.py)
           sound.py      played: levels, strokes and voices of the right time and strength
           likeness.py   how far a picture and a second of sound are from the original's
           score.py      each second's score, and what each table adds to it
           film.py       written as a small file to look at
"""
