"""What the application may do to each table of the watch; the ledger's functions need none."""

from typing import Final

from quota_registry.kernel.database import CHANGE, GROW, KEEP, READ, Grants

# A re-sent value may change a reading; its version is the database's to count.
READINGS: Final = Grants(
    app=(
        "SELECT, INSERT (station_id, item, span, at, value, mark, batch_id),"
        " UPDATE (value, mark, batch_id)"
    )
)

PRIVILEGES: Final[dict[str, Grants]] = {
    "monitoring_station": CHANGE,
    "monitoring_outlet": CHANGE,
    "monitoring_monitor": CHANGE,
    "monitoring_monitorcheck": GROW,
    "monitoring_barredspan": CHANGE,
    "monitoring_measuredamount": GROW,
    "monitoring_measuredlist": CHANGE,
    "monitoring_readingbatch": CHANGE,
    "monitoring_stagedreading": KEEP,
    "monitoring_refusedreading": GROW,
    "monitoring_reading": READINGS,
    "monitoring_replacedreading": READ,
    # Rollups are made anew from readings at any time.
    "monitoring_stationday": KEEP,
    "monitoring_placeday": KEEP,
    "monitoring_placemonth": KEEP,
    "monitoring_sectionmonth": KEEP,
    "monitoring_target": CHANGE,
    "monitoring_monthrun": GROW,
    "monitoring_placewarning": GROW,
    "monitoring_warningtask": CHANGE,
    "monitoring_measure": GROW,
    "monitoring_suspension": CHANGE,
    "monitoring_judgement": CHANGE,
    "monitoring_taskresult": GROW,
    "monitoring_gateopening": CHANGE,
    "monitoring_outstandingpark": CHANGE,
}
