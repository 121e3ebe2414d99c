"""The houses of a synthetic scene: where they are built, their walls and roofs."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from floodeval.synthetic.drawing import Canvas, Color, Floats, Points, Sun, View, at, ramp, shaded
from floodeval.synthetic.terrain import Terrain

Corners: TypeAlias = list[tuple[float, float, float]]

APART_M = 13
TILES: tuple[Color, ...] = ((138, 86, 68), (122, 76, 62), (108, 86, 76), (96, 92, 92), (120, 106, 94))
SHEETS: tuple[Color, ...] = (
    (168, 172, 176),
    (98, 122, 146),
    (126, 92, 76),
    (188, 190, 186),
    (104, 128, 112),
)
WALLS: tuple[Color, ...] = ((208, 200, 184), (190, 178, 156), (216, 212, 206), (178, 150, 124))
GLASS: Color = (62, 62, 66)


@dataclass(frozen=True)
class House:
    """A house turned by `angle` radians; sizes in meters, `sunk_m` of its walls under water.

    The ridge spans `ridge` of the length: above 1 between gables, less between two more slopes.
    """

    x: float
    y: float
    angle: float
    length: float
    width: float
    wall: float
    rise: float
    ridge: float
    sunk_m: float
    roof: Color
    paint: Color

    def place(self, local: Corners) -> Points:
        """World points, N x 3, of points in half lengths, half widths and meters above the floor."""
        points = np.array(local, dtype=np.float64) * (self.length / 2, self.width / 2, 1)
        cosine, sine = np.cos(self.angle), np.sin(self.angle)
        x = self.x + points[:, 0] * cosine - points[:, 1] * sine
        y = self.y + points[:, 0] * sine + points[:, 1] * cosine
        return np.stack([x, y, points[:, 2] - self.sunk_m], axis=1)

    def walls(self) -> list[Points]:
        """The four walls above the water, each N x 3; gables rise to the ridge."""
        low, top = self.sunk_m, self.wall
        peak = top + self.rise if self.ridge > 1 else top
        sides: list[Corners] = [[(-1, s, low), (1, s, low), (1, s, top), (-1, s, top)] for s in (-1.0, 1.0)]
        ends: list[Corners] = [
            [(s, -1, low), (s, 1, low), (s, 1, top), (s, 0, peak), (s, -1, top)] for s in (-1.0, 1.0)
        ]
        return [self.place(wall) for wall in [*sides, *ends]]

    def windows(self) -> list[Points]:
        """Windows in the long walls, each 4 x 3, on the floors that are above the water."""
        floors = [sill for sill in (0.9, 3.6) if self.sunk_m < sill and sill + 1.5 < self.wall]
        return [
            self.place([(x, s, z), (x + 0.16, s, z), (x + 0.16, s, z + 1.2), (x, s, z + 1.2)])
            for s in (-1.01, 1.01)
            for z in floors
            for x in (-0.75, -0.3, 0.12, 0.6)
        ]

    def slopes(self) -> list[Points]:
        """The slopes of the roof, each 4 x 3: eaves first, then ridge; the eaves overhang."""
        over, eaves = 1.07, 1.12
        low, peak = self.wall - 0.12 * self.rise, self.wall + self.rise
        r = self.ridge
        sides = [[(-over, s, low), (over, s, low), (r, 0, peak), (-r, 0, peak)] for s in (-eaves, eaves)]
        hips = [
            [(s, -eaves, low), (s, eaves, low), (s * r, 0, peak), (s * r, 0, peak)] for s in (-over, over)
        ]
        return [self.place(slope) for slope in (sides if r > 1 else sides + hips)]


def build_houses(
    rng: np.random.Generator, count: int, view: View, terrain: Terrain, depth_m: Floats
) -> list[House]:
    """Up to `count` houses (and sheds) where the roads leave room; one more leaves the others alone."""
    weights, houses = house_weights(terrain), list[House]()
    taken = np.empty((0, 2))
    for child in rng.spawn(count):
        places = view.candidates(child, weights)
        spots = view.ground_at(places)
        gaps = np.linalg.norm(spots[:, None] - taken, axis=2).min(axis=1, initial=np.inf)
        free = np.flatnonzero((gaps > APART_M) & (places[:, 2] > 0))[:1]
        if free.size:
            taken = np.vstack([taken, spots[free]])
            sunk = max(float(at(depth_m, places[free])[0]), 0.0)
            houses += build(child, spots[free[0]], terrain.parcels.angle, sunk)
    return houses


def house_weights(terrain: Terrain) -> Floats:
    """How gladly people build, H x W: beside roads, rather not on the lowest ground."""
    beside = ramp(terrain.off_road_m, 7.0, 9.0) * (1.04 - ramp(terrain.off_road_m, 14.0, 34.0))
    low, middle = np.quantile(terrain.height_m[::4, ::4], (0.15, 0.55))
    high = ramp(terrain.height_m, float(low), float(middle) + 1e-3)
    weights: Floats = beside * (0.15 + 0.85 * high)
    return weights


def build(rng: np.random.Generator, spot: Points, angle: float, depth_m: float) -> list[House]:
    """One house, under tiles or metal sheets, and perhaps a shed along its side."""
    sheet, hipped, shed = rng.random(3) < (0.35, 0.4, 0.45)
    palette = SHEETS if sheet else TILES
    wall = float(rng.choice([3.0, 3.4, 5.8], p=[0.4, 0.4, 0.2]))
    x, y = spot.tolist()
    house = House(
        x=x,
        y=y,
        angle=angle + np.pi / 2 * int(rng.integers(2)) + rng.normal(0, 0.05),
        length=rng.uniform(8.5, 14),
        width=rng.uniform(6.5, 8.5),
        wall=wall,
        rise=rng.uniform(0.6, 1.1) if sheet else rng.uniform(1.6, 2.8),
        ridge=0.45 if hipped and not sheet else 1.07,
        sunk_m=min(depth_m, 0.75 * wall),
        roof=shaded(palette[rng.integers(len(palette))], rng.normal(1, 0.08)),
        paint=WALLS[rng.integers(len(WALLS))],
    )
    return [house, shed_of(house, rng)] if shed else [house]


def shed_of(house: House, rng: np.random.Generator) -> House:
    """A low shed along one of the long walls of a house."""
    wall, width = 2.3, 3.6
    aside = (house.width + width) / 2 * rng.choice([-1, 1])
    x, y = house.x - aside * np.sin(house.angle), house.y + aside * np.cos(house.angle)
    roof, sunk = SHEETS[rng.integers(len(SHEETS))], min(house.sunk_m, 0.75 * wall)
    return House(x, y, house.angle, house.length / 2, width, wall, 0.3, 1.07, sunk, roof, house.paint)


def paint_house(canvas: Canvas, view: View, sun: Sun, house: House, glass: Color = GLASS) -> None:
    """Paint one house: the walls that face the eye, their windows, then the roof."""
    middle = house.place([(0, 0, house.wall / 2)])[0]
    for wall in facing_eye(house.walls(), middle, view):
        canvas.fill(view.project(wall), shaded(house.paint, 0.92 * sun.light(normal_of(wall, middle))))
    for window in facing_eye(house.windows(), middle, view):
        canvas.fill(view.project(window), glass)
    for slope in facing_eye(house.slopes(), middle, view):
        paint_slope(canvas, view.project(slope), shaded(house.roof, sun.light(normal_of(slope, middle))))


def facing_eye(faces: list[Points], inside: Points, view: View) -> list[Points]:
    """The faces turned to the eye, the farthest first."""
    turned = [face for face in faces if normal_of(face, inside) @ (view.eye - face[0]) > 0]
    return sorted(turned, key=lambda face: -float(np.linalg.norm(face.mean(axis=0) - view.eye)))


def normal_of(face: Points, inside: Points) -> Points:
    """Unit normal of a flat face, pointing away from the point `inside`."""
    (ax, ay, az), (bx, by, bz) = (face[1:3] - face[0]).tolist()  # np.cross takes ten times as long
    normal = np.array([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx])
    outward = 1 if normal @ (face[0] - inside) > 0 else -1
    unit: Points = normal * (outward / np.sqrt(normal @ normal))
    return unit


def paint_slope(canvas: Canvas, pixels: Points, color: Color) -> None:
    """Paint one slope of a roof, 4 pixels with the eaves first: its courses of tiles and its ridge."""
    canvas.fill(pixels, color)
    left, right, ridge_right, ridge_left = pixels[:, :2]
    courses = int(np.linalg.norm(ridge_left - left) // 4)
    for course in range(1, courses):
        t = course / courses
        ends = np.stack([left + t * (ridge_left - left), right + t * (ridge_right - right)])
        canvas.line(ends, (color[0] * 0.88, color[1] * 0.88, color[2] * 0.9))
    canvas.line(pixels[2:], (color[0] * 1.12, color[1] * 1.12, color[2] * 1.12))
