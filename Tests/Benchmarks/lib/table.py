"""Rows of a comparison, as dictionaries, and the table that people read."""
import statistics

HEADINGS = ["row", "ours", "± %", "floor", "peer", "ours/floor", "ours/peer", "goal", ""]


def spread(values):
    """Distance of the extremes in percent of the median."""
    middle = statistics.median(values)
    return 100 * (max(values) - min(values)) / middle if middle else 0.0


def row(name, unit, ours, floor, peer, goal, met=None):
    """One row from the runs of each side; a side without runs is left out.

    `met` gets the three medians and the two ratios and says whether the goal is reached.
    """
    middle = [statistics.median(runs) if runs else None for runs in (ours, floor, peer)]
    ratios = [middle[0] / other if other else None for other in middle[1:]]
    return {
        "row": name, "unit": unit, "ours": middle[0], "floor": middle[1], "peer": middle[2],
        "spread_percent": round(spread(ours), 1), "floor_ratio": ratios[0],
        "peer_ratio": ratios[1], "goal": goal,
        "met": bool(met(middle[0], *ratios)) if met else None,
    }


def number(value):
    if value is None:
        return ""
    if value >= 10_000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if value >= 1000 else f"{value:.3g}"


def text(rows):
    """The rows as a Markdown table with columns that line up."""
    cells = [HEADINGS]
    for entry in rows:
        ratios = ["" if entry[key] is None else f"{entry[key]:.2f}"
                  for key in ("floor_ratio", "peer_ratio")]
        cells.append([
            f"{entry['row']} [{entry['unit']}]", number(entry["ours"]),
            f"{entry['spread_percent']:.0f}", number(entry["floor"]), number(entry["peer"]),
            *ratios, entry["goal"], {True: "met", False: "missed", None: ""}[entry["met"]]])
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADINGS))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |"
             for line in cells]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)
