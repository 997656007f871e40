"""The layout function of every relation (see `relations.RELATIONS` for their names and counts)."""

from math import cos, hypot, pi, sin

from explorer.scenes.layout import Layout, Plan, Spot, Stroke, Thing, along, block, circle, dashes, row, turned


def _things(spots: list[Spot], radius: float) -> tuple[Thing, ...]:
    return tuple(Thing(x=x, y=y, radius=radius) for x, y in spots)


def single(plan: Plan) -> Layout:
    """One thing near the middle, drawn larger than in company."""
    return Layout((Thing(x=plan.jitter(0.12), y=plan.jitter(0.12), radius=plan.radius * 1.75),))


def scattered(plan: Plan) -> Layout:
    """Things anywhere, not touching."""
    edge, apart = 0.47 - plan.radius, 2.3 * plan.radius
    spots: list[Spot] = []
    for x, y in plan.rng.uniform(-edge, edge, (400, 2)).tolist():
        if len(spots) < plan.count and all(hypot(x - a, y - b) > apart for a, b in spots):
            spots.append((x, y))
    if len(spots) < plan.count:
        cells = [(x, y) for x in row(3, 0.31) for y in row(3, 0.31)]
        spots = [cells[int(i)] for i in plan.rng.permutation(9)[: plan.count]]
    return Layout(_things(spots, plan.radius))


def _row_spots(plan: Plan) -> list[Spot]:
    pitch = min(0.96 / plan.count, 2.6 * plan.radius)
    return [(x, plan.jitter(0.008)) for x in row(plan.count, pitch)]


def growing(plan: Plan) -> Layout:
    """A row in which each thing is larger than the one before."""
    n = plan.count
    radii = [plan.radius * (0.56 + 0.88 * i / (n - 1)) for i in range(n)]
    gap = min(0.3 * plan.radius, (0.97 - 2 * sum(radii)) / (n - 1))
    x, shift, things = -(2 * sum(radii) + gap * (n - 1)) / 2, plan.jitter(0.12), []
    for radius in radii:
        things.append(Thing(x=x + radius, y=shift, radius=radius))
        x += 2 * radius + gap
    return turned(Layout(tuple(things)), plan.direction)


def fading(plan: Plan) -> Layout:
    """A row of equal things that get lighter."""
    shift = plan.jitter(0.12)
    spots = enumerate(_row_spots(plan))
    things = [Thing(x=x, y=y + shift, radius=plan.radius, light=2 * i / (plan.count - 1) - 1) for i, (x, y) in spots]
    return turned(Layout(tuple(things)), plan.direction)


def stack(plan: Plan) -> Layout:
    """Equal things piled up on a board."""
    pitch, floor, centre = 1.86 * plan.radius, 0.43, plan.jitter(0.14)
    ys = [floor - plan.radius * 0.9 - pitch * i for i in range(plan.count)]
    half = plan.radius * 1.9
    board = Stroke(((centre - half, floor + 0.02), (centre + half, floor + 0.02)), 0.035, 0.85)
    spots = [(centre + plan.jitter(plan.radius * 0.14), y) for y in ys]
    return Layout(_things(spots, plan.radius), (board,))


def stairs(plan: Plan) -> Layout:
    """Equal things, each one step higher than the one before, on drawn steps."""
    wide, high = 0.92 / plan.count, 0.62 / plan.count
    xs, ys = row(plan.count, wide), row(plan.count, -high)
    lift = -0.05
    spots = [(x, y + lift) for x, y in zip(xs, ys, strict=True)]
    line: list[Spot] = []
    for x, y in spots:
        line += [(x - wide / 2, y + plan.radius * 1.12), (x + wide / 2, y + plan.radius * 1.12)]
    return turned(Layout(_things(spots, plan.radius), (Stroke(tuple(line), 0.022, 0.8),)), plan.direction)


def big_and_small(plan: Plan) -> Layout:
    """Two things alike but for their size; the big one stands in the plan's direction."""
    big, little = plan.radius * 1.7, plan.radius * 0.72
    half = min(0.47 - big, big * 0.62 + 0.06)
    floor = plan.jitter(0.08)
    small = Thing(x=half - big - little - 0.05 - plan.spread * 0.05, y=floor + big - little, radius=little)
    return turned(Layout((Thing(x=half, y=floor, radius=big), small)), plan.direction)


def mirrored(plan: Plan) -> Layout:
    """The left half repeated in reverse on the right of a dashed line."""
    half = plan.count // 2
    slack = 0.19 - plan.radius - 0.015
    if half == 4:
        left = [(-0.25 + x + plan.jitter(0.008), y) for x in (-0.1, 0.1) for y in (-0.2 + x, 0.2 + x)]
    else:
        lean = float(plan.rng.choice((-1.0, 1.0)))
        left = [(-0.24 + slack * lean * (1 if i % 2 else -1), y) for i, y in enumerate(row(half, 0.3))]
    pairs = [(Thing(x=x, y=y, radius=plan.radius), Thing(x=-x, y=y, radius=plan.radius, flip=True)) for x, y in left]
    axis = [(0.0, -0.46 + 0.92 * i / 46) for i in range(47)]
    return Layout(tuple(t for pair in pairs for t in pair), dashes(axis, 0.014, 3, 2, 0.75))


def outcast(plan: Plan) -> Layout:
    """A tight cluster and one thing far away in the plan's direction."""
    pitch = 2.12 * plan.radius
    lattice = [((i + j / 2) * pitch, j * pitch * 0.87) for i in range(-3, 4) for j in range(-2, 3)]
    ox, oy = plan.rng.uniform(-0.3, 0.3, 2).tolist()
    near = sorted(lattice, key=lambda s: (round(hypot(s[0] - ox * pitch, s[1] - oy * pitch), 6), s))
    near = near[: plan.count - 1]
    left = min(x for x, _ in near)
    middle = sum(y for _, y in near) / len(near)
    cluster = [(x - left - 0.47 + plan.radius, y - middle) for x, y in near]
    return turned(Layout(_things([*cluster, (0.46 - plan.radius, plan.jitter(0.25))], plan.radius)), plan.direction)


def spiral(plan: Plan) -> Layout:
    """Things along a drawn spiral that opens outwards."""
    start, way = float(plan.rng.uniform(0, 2 * pi)), float(plan.rng.choice((-1.0, 1.0)))
    curve: list[Spot] = []
    for i in range(161):
        angle, out = start + way * 3.3 * pi * i / 160, 0.03 + 0.35 * i / 160
        curve.append((out * cos(angle), out * sin(angle)))
    shares = [(i / (plan.count - 1)) ** 0.92 for i in range(plan.count)]
    return Layout(_things(along(curve, shares), plan.radius * 0.98), (Stroke(tuple(curve), 0.016, 0.6),))


def grid_with_a_gap(plan: Plan) -> Layout:
    """A grid of slots, all but one of them taken."""
    columns, rows = {3: (2, 2), 5: (3, 2), 7: (4, 2), 8: (3, 3), 9: (5, 2)}[plan.count]
    pitch = min(0.96 / columns, 2.7 * plan.radius)
    spots = [(x, y) for y in row(rows, pitch) for x in row(columns, pitch)]
    gap = int(plan.rng.integers(len(spots)))
    half = pitch * 0.46
    slots = [
        Stroke(((x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)), 0.0, 0.42)
        for x, y in spots
    ]
    taken = [spot for i, spot in enumerate(spots) if i != gap]
    return Layout(_things(taken, plan.radius), tuple(slots))


def odd_one(plan: Plan) -> Layout:
    """A block of equal things with one of another kind among them, never in the very middle."""
    total = plan.count + 1
    spots = block(total, min(0.31, 2.6 * plan.radius))
    places = [i for i, (x, y) in enumerate(spots) if hypot(x, y) > 0.01]
    odd = places[int(plan.rng.integers(len(places)))]
    return Layout(tuple(Thing(x=x, y=y, radius=plan.radius, second=i == odd) for i, (x, y) in enumerate(spots)))


def around(plan: Plan) -> Layout:
    """Equal things in a circle around one of another kind."""
    out = min(0.47 - plan.radius, 0.37)
    spots = circle(plan.count, out, float(plan.rng.uniform(0, 2 * pi)))
    centre = Thing(x=0.0, y=0.0, radius=min(0.12, out - plan.radius - 0.02), second=True)
    return Layout((centre, *_things(spots, plan.radius)))


def inside(plan: Plan) -> Layout:
    """Things within a much larger one."""
    holder = Thing(x=plan.jitter(0.03), y=plan.jitter(0.03), radius=0.42, second=True, layer=0)
    apart = 2.15 * plan.radius
    spots = [(0.0, 0.0)] if plan.count == 1 else circle(plan.count, apart / (2 * sin(pi / plan.count)), -pi / 2)
    if plan.count in (2, 4):
        spots = block(plan.count, apart)
    return Layout((holder, *(Thing(x=holder.x + x, y=holder.y + y, radius=plan.radius) for x, y in spots)))


def alternating(plan: Plan) -> Layout:
    """The two kinds by turns, in one row or in two rows like a chess board."""
    rows = 1 if plan.count <= 3 else 2
    columns = 2 * plan.count // rows
    pitch = min(0.96 / columns, 2.7 * plan.radius)
    first = int(plan.rng.integers(2))
    spots = [(i + j + first, x, y) for j, y in enumerate(row(rows, pitch)) for i, x in enumerate(row(columns, pitch))]
    return Layout(tuple(Thing(x=x, y=y, radius=plan.radius, second=turn % 2 == 1) for turn, x, y in spots))


def path(plan: Plan) -> Layout:
    """Things on a winding way that leads to a goal of another kind."""
    swing = 0.19 * float(plan.rng.choice((-1.0, 1.0)))
    curve = [(-0.345 + 0.7 * i / 120, swing * sin(2 * pi * i / 120)) for i in range(121)]
    goal = Thing(x=0.36, y=0.0, radius=0.11, second=True)
    shares = [0.79 * i / max(plan.count, 2) for i in range(plan.count)]
    return turned(
        Layout((goal, *_things(along(curve, shares), plan.radius)), dashes(curve, 0.05, 4, 3, 0.5)), plan.direction
    )


def balance(plan: Plan) -> Layout:
    """A level seesaw: the main things on the plan's side, one large thing on the other."""
    level, r = 0.17, plan.radius
    rows = [plan.count] if plan.count <= 2 else [2, plan.count - 2]
    spots = [(0.25 + x, level - 0.02 - r * (0.95 + 1.9 * j)) for j, n in enumerate(rows) for x in row(n, 2.1 * r)]
    other = Thing(x=-0.25, y=level - 0.02 - 0.14 * 0.95, radius=0.14, second=True)
    plank = Stroke(((-0.46, level), (0.46, level)), 0.036, 0.9)
    foot = Stroke(((0.0, level + 0.01), (0.11, level + 0.23), (-0.11, level + 0.23)), 0.0, 0.9)
    return turned(Layout((other, *_things(spots, r)), (plank, foot)), plan.direction)


def hidden(plan: Plan) -> Layout:
    """Things looking out from behind a much larger one, on the plan's side."""
    cover, out = 0.28, 0.28 * 0.9 + plan.radius * 0.4
    fan = row(plan.count, 0.25 * pi if plan.count < 3 else 0.23 * pi)
    spots = [(-0.1 + out * cos(a), out * sin(a)) for a in fan]
    peeking = tuple(Thing(x=x, y=y, radius=plan.radius, layer=0) for x, y in spots)
    return turned(Layout((*peeking, Thing(x=-0.1, y=0.0, radius=cover, second=True))), plan.direction)


def _pointer(start: Spot, end: Spot, width: float = 0.02) -> tuple[Stroke, ...]:
    length = hypot(end[0] - start[0], end[1] - start[1])
    ux, uy = (end[0] - start[0]) / length, (end[1] - start[1]) / length
    bx, by = end[0] - ux * 0.06, end[1] - uy * 0.06
    head = (end, (bx - uy * 0.035, by + ux * 0.035), (bx + uy * 0.035, by - ux * 0.035))
    return Stroke((start, (bx, by)), width, 0.9), Stroke(head, 0.0, 0.9)


def pointing(plan: Plan) -> Layout:
    """Things on one side, each with a pointer towards one thing of another kind."""
    r, goal = plan.radius, Thing(x=0.33, y=0.0, radius=0.13, second=True)
    spots = [(-0.46 + r + 0.3 * y * y, y) for y in row(plan.count, min(0.95 / plan.count, 2.7 * r))]
    pointers: list[Stroke] = []
    for x, y in spots:
        far = hypot(goal.x - x, goal.y - y)
        ux, uy = (goal.x - x) / far, (goal.y - y) / far
        start = (x + ux * r * 1.2, y + uy * r * 1.2)
        pointers += _pointer(start, (goal.x - ux * (goal.radius + 0.03), goal.y - uy * (goal.radius + 0.03)))
    return turned(Layout((goal, *_things(spots, r)), tuple(pointers)), plan.direction)
