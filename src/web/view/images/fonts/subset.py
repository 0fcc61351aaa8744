#!/usr/bin/env python3
"""Makes the fonts of this folder anew, from Debian's and npm's packages. See README.md beside it.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install fonttools && /tmp/venv/bin/python src/web/view/images/fonts/subset.py

Needs apt-get, dpkg-deb, npm and tar. The result depends on the versions below and on nothing else.
"""

import os
import pathlib
import subprocess
import tempfile

from fontTools import subset
from fontTools.ttLib import TTFont

HERE = pathlib.Path(__file__).resolve().parent
DEBIAN = ["fonts-noto-cjk=1:20220127+repack1-1", "fonts-inter=4.0~beta7+ds-1"]
NPM = [
    "@expo-google-fonts/noto-emoji@0.4.7",
    "@expo-google-fonts/noto-sans-thai@0.4.2",
    "@expo-google-fonts/noto-sans-symbols-2@0.4.1",
]

# Marks and signs beside letters: punctuation, currency, letterlike, arrows, mathematics, technical, enclosed, box drawing,
# shapes, dingbats.
SIGNS = [(0x2000, 0x214F), (0x2150, 0x2BFF)]
LATIN = [(0x20, 0x52F), (0x1E00, 0x1EFF), (0x2000, 0x214F), (0x2190, 0x21FF), (0x2200, 0x22FF), (0x25A0, 0x26FF),
         (0x2C60, 0x2C7F), (0xA720, 0xA7FF)]
CJK_SIGNS = [(0x2E80, 0x33FF), (0xFE10, 0xFE6F), (0xFF00, 0xFFEF)]


def spread(ranges):
    return {code for first, last in ranges for code in range(first, last + 1)}


def two_bytes(codec, leads, trails):
    """Every character that the codec writes as two bytes."""
    found = set()
    for lead in leads:
        for trail in trails:
            try:
                text = bytes([lead, trail]).decode(codec)
            except UnicodeDecodeError:
                continue
            if len(text) == 1 and not 0xE000 <= ord(text) < 0xF900:
                found.add(ord(text))
    return found


# Simplified Chinese: GB 2312 whole. Japanese: JIS X 0208 whole, with NEC's and IBM's additions (髙, 﨑).
GB2312 = two_bytes("gb2312", range(0xA1, 0xF8), range(0xA1, 0xFF))
JAPANESE = two_bytes("cp932", range(0x81, 0xFD), range(0x40, 0xFD))
# Traditional: the frequent half of Big5.
BIG5 = two_bytes("big5", range(0xA4, 0xC7), range(0x40, 0xFF))
# Of given names of today, missing in GB 2312.
NAMES = {ord(c) for c in "喆珺瑄玥堃昇洺甯祎翀赟雒曈韡犇淼焱骉龘囍囧槑嫄嬅旻昉昳晗暐枘栩桉歆沄沚泠洢涴淏渟湉滢漪濛炘烜煊煜熠燚珞珩珮琤琬琰瑀璟璠禛禤竑翊苡莜菀蕴薇藜蘅靓颢骐鸢"}
# Korean: the syllables of KS X 1001, and the letters they are made of.
KOREAN = two_bytes("euc_kr", range(0xB0, 0xC9), range(0xA1, 0xFF)) | spread([(0x3131, 0x318E)])
THAI = spread([(0xE00, 0xE7F)]) | {0x20, 0x25CC, 0x200B, 0x200C, 0x200D}


def even_digits(font):
    """Makes the figures that are equally wide (`tnum`) the ordinary ones."""
    table = font["GSUB"].table
    even = {}
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == "tnum":
            for place in record.Feature.LookupListIndex:
                for part in table.LookupList.Lookup[place].SubTable:
                    even |= getattr(getattr(part, "ExtSubTable", part), "mapping", {})
    for table in font["cmap"].tables:
        for code in range(0x30, 0x3A):
            if code in table.cmap:
                # Tables may share one map, which is then done already.
                table.cmap[code] = even.get(table.cmap[code], table.cmap[code])


def save(source, number, codes, name, features=(), even=False):
    """Subsets one face into a file of this folder."""
    options = subset.Options()
    options.font_number = number
    options.hinting = False
    options.notdef_outline = True
    options.layout_features = list(features)
    options.name_IDs = [0, 1, 2, 13]
    options.name_languages = [0x409]
    options.glyph_names = False
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "DSIG", "STAT", "meta"]
    if not features:
        options.drop_tables += ["GPOS", "GSUB", "GDEF"]
    font = subset.load_font(str(source), options)
    if even:
        even_digits(font)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(font)
    # The same bytes on every run.
    font["head"].modified = font["head"].created
    font.recalcTimestamp = False
    subset.save_font(font, str(HERE / name), options)
    print(f"{name:22} {len(font.getBestCmap()):6} characters {os.path.getsize(HERE / name):9,} bytes")


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        subprocess.run(["apt-get", "download", "-qq", *DEBIAN], check=True)
        for package in pathlib.Path().glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", package, "deb"], check=True)
        for package in NPM:
            subprocess.run(["npm", "pack", "--silent", package], check=True)
            name = package.split("/")[1].split("@")[0]
            pathlib.Path(name).mkdir()
            subprocess.run(["tar", "-xzf", next(pathlib.Path().glob(f"expo-google-fonts-{name}-*.tgz")), "-C", name], check=True)
        inter = pathlib.Path("deb/usr/share/fonts/opentype/inter")
        cjk = pathlib.Path("deb/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
        thai = pathlib.Path("noto-sans-thai/package")
        emoji = pathlib.Path("noto-emoji/package/400Regular/NotoEmoji_400Regular.ttf")
        symbols = pathlib.Path("noto-sans-symbols-2/package/400Regular/NotoSansSymbols2_400Regular.ttf")

        words = ["ccmp", "locl", "kern", "mark", "mkmk"]
        save(inter / "Inter-Regular.otf", 0, spread(LATIN), "latin.otf", words, even=True)
        save(inter / "Inter-SemiBold.otf", 0, spread(LATIN), "latin-semibold.otf", words, even=True)
        save(thai / "400Regular/NotoSansThai_400Regular.ttf", 0, THAI, "thai.ttf", ["*"])
        save(thai / "600SemiBold/NotoSansThai_600SemiBold.ttf", 0, THAI, "thai-semibold.ttf", ["*"])
        # Faces 0 and 2 of the collection are the Japanese and the Simplified Chinese one. They share a glyph where both
        # write a character alike, so the Japanese file holds only what differs.
        japanese, chinese = (TTFont(cjk, fontNumber=number).getBestCmap() for number in (0, 2))
        differing = {code for code in JAPANESE if code in japanese and japanese[code] != chinese.get(code)}
        han = GB2312 | JAPANESE | BIG5 | NAMES | spread(CJK_SIGNS) | spread(SIGNS)
        save(cjk, 2, han, "han.otf")
        save(cjk, 0, differing, "kanji.otf")
        save(cjk, 1, KOREAN, "hangul.otf")
        # Outlines in the colour of the text: a tenth of the size of coloured ones, and ink on paper like everything else.
        save(emoji, 0, {code for code in TTFont(emoji).getBestCmap() if code > 0xFF or chr(code) in "#*0123456789"}, "emoji.ttf", ["*"])
        save(symbols, 0, spread([(0x2400, 0x2426), (0x2500, 0x2BFF)]), "symbols.ttf")
        total = sum(path.stat().st_size for path in HERE.glob("*.[ot]tf"))
        print(f"together {total:,} bytes")
        assert total <= 6_000_000


main()
