"""The cars of a drawn scene, on the roads that its flood leaves dry."""

from dataclasses import dataclass

import cv2
import numpy as np

from floodeval.synthetic.canvas import Canvas, shaded
from floodeval.synthetic.noise import Colour, Floats
from floodeval.synthetic.terrain import Road, Terrain
from floodeval.synthetic.view import Points, Sun, View, at

PER_ROAD = 9
PAINTS: tuple[Colour, ...] = (
    *((206, 208, 208), (172, 176, 178), (62, 64, 68), (44, 46, 52)),
    *((132, 44, 40), (52, 76, 112), (190, 186, 172)),
)
GLASS: Colour = (46, 52, 58)


@dataclass(frozen=True)
class Car:
    """A car at a ground point, turned by `angle` radians."""

    x: float
    y: float
    angle: float
    paint: Colour

    def box(self, length: float, width: float, low: float, top: float, back: float = 0.0) -> Points:
        """Corners, 8 x 3 with the upper four last, of a box on the car, in metres; `back` shifts it."""
        corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * (length / 2, width / 2) - (back, 0)
        cosine, sine = np.cos(self.angle), np.sin(self.angle)
        x = self.x + corners[:, 0] * cosine - corners[:, 1] * sine
        y = self.y + corners[:, 0] * sine + corners[:, 1] * cosine
        return np.vstack([np.stack([x, y, np.full(4, z)], axis=1) for z in (low, top)])

    def body(self) -> Points:
        """The box up to the windows."""
        return self.box(4.4, 1.8, 0.1, 0.85)

    def cabin(self) -> Points:
        """The box of the windows and the roof."""
        return self.box(2.3, 1.6, 0.85, 1.4, back=0.25)


def park_cars(rng: np.random.Generator, view: View, terrain: Terrain, high_water_m: Floats) -> list[Car]:
    """Cars on the right of the roads, where the flood at its highest, H x W in metres, left them dry."""
    cars = []
    for road in terrain.roads:
        along = rng.uniform(-0.8, 0.8, PER_ROAD) * view.range_m + view.middle_m * np.sin(road.angle)
        sides, paints = rng.choice([-1, 1], PER_ROAD), rng.integers(len(PAINTS), size=PER_ROAD)
        for place, side, paint in zip(along.tolist(), sides.tolist(), paints.tolist(), strict=True):
            car = drive(road, place, side, PAINTS[paint])
            if is_dry(car, view, high_water_m):
                cars.append(car)
    return cars


def drive(road: Road, along: float, side: int, paint: Colour) -> Car:
    """A car so far along a road, on one side of it."""
    across = road.offset_m + road.bend_m * np.sin(along / road.wave_m + road.phase)
    across += side * (0.5 * road.half_width_m if road.paved else 0.1)
    heading = road.angle + np.arctan(road.bend_m / road.wave_m * np.cos(along / road.wave_m + road.phase))
    cosine, sine = np.cos(road.angle), np.sin(road.angle)
    x, y = along * cosine - across * sine, along * sine + across * cosine
    return Car(x, y, heading + (np.pi if side < 0 else 0), paint)


def is_dry(car: Car, view: View, high_water_m: Floats) -> bool:
    """Whether the car stands in the frame, and on dry ground."""
    pixels = view.project(car.box(9.0, 4.0, 0.0, 0.0))
    inside = (pixels[:, :2] > 0) & (pixels[:, :2] < (view.width, view.height)) & (pixels[:, 2:] > 5)
    return bool(inside.all() and (at(high_water_m, pixels) < -0.05).all())


def paint_car(canvas: Canvas, view: View, sun: Sun, car: Car) -> None:
    """Paint one car: its body, then its windows and roof."""
    light = sun.light(np.array((0.0, 0.0, 1.0)))
    for box, side in ((car.body(), shaded(car.paint, 0.55 * light)), (car.cabin(), GLASS)):
        pixels = view.project(box)
        canvas.fill(cv2.convexHull(pixels[:, :2].astype(np.float32))[:, 0].astype(np.float64), side)
        canvas.fill(pixels[4:], shaded(car.paint, light))
