"""Moves a profile's cookie jar into the past, as if so many days had gone by: for browsers that do not start under libfaketime."""

import os
import sqlite3

DAY = 86_400


def move(profile, jar, table, columns, days):
    """`columns`: from each column that holds a time to what a second is in it, or to None for one that tells by its size.

    How far the jar has been moved already is kept beside it.
    """
    note = os.path.join(profile, "moved")
    moved = int(open(note).read()) if os.path.exists(note) else 0
    path = os.path.join(profile, jar)
    if days == moved or not os.path.exists(path):
        return
    seconds = (days - moved) * DAY
    database = sqlite3.connect(path)
    with database:
        for column, unit in columns.items():
            # Firefox keeps seconds, and newer ones milliseconds.
            scale = f"{unit}" if unit else f"CASE WHEN {column} > 100000000000 THEN 1000 ELSE 1 END"
            database.execute(f"UPDATE {table} SET {column} = {column} - {seconds} * ({scale}) WHERE {column} > 0")
    database.close()
    with open(note, "w") as file:
        file.write(str(days))
