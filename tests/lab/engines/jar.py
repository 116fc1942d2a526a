"""Moves a profile's cookie jar into the past, as if days had passed, for browsers that do not start under libfaketime."""

import os
import sqlite3

DAY = 86_400


def move(profile, jar, table, columns, days):
    """`columns` maps each column that holds a time to its units a second, or to None where the size of the value tells.

    A file beside the jar records how far it has been moved already.
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
            # Firefox stores seconds, newer versions milliseconds.
            scale = f"{unit}" if unit else f"CASE WHEN {column} > 100000000000 THEN 1000 ELSE 1 END"
            database.execute(f"UPDATE {table} SET {column} = {column} - {seconds} * ({scale}) WHERE {column} > 0")
    database.close()
    with open(note, "w") as file:
        file.write(str(days))
