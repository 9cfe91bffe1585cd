"""One 16 x 16 frame in each compressed form, for the self-test.

Encoded by imagecodecs from a ramp with a little texture (12 bits; the lossy JPEG a plain ramp of
8 bits); tests/engine/test_selftest.py builds the ramp again and compares the decoded values.
"""

from typing import Final

# name: (Transfer Syntax UID, bits stored, base64)
STREAMS: Final = {
    "rle": (
        "1.2.840.10008.1.2.5",
        12,
        (
            "AgAAAEAAAAASAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAP"
            "4A/gH+Av8D/gT/Bf8A/wH+Av4D/wT+BQAG/gH/Av4D/gT/Bf4GAAH+Av4D/wT+Bf4GAAf/Av4D/gT/Bf4G/gcA"
            "Av8D/gT+Bf8G/gf/CP8D/wT+Bf4G/gf/CAAJ/gT+Bf8G/gf+CP8JAAT+Bf4G/wf+CP4JAAr/Bf4G/gf/CP4J/g"
            "oABf8G/gf+CP4J/wr/C/8G/gf/CP4J/gr/CwAM/gf+CP8J/gr+C/8MAAf+CP4J/wr+C/4MAA3+CP8J/gr+C/8M"
            "/g0ACP4J/wr+C/4M/w3/Dg8AZr8lfuQ9o/xiuyF60zmSD573XbYcdds0mvNMsgtxyjAPL5XuVK0TbMUrhOpDqQ"
            "JowQ/NJozlPqT9Y7wie+E6oPlfD163HXbcNZv0WrMZctgxivAP71WuFG3TLJLrUaoDacIogQ+N5kylC2TKI3zi"
            "O6H6YLkfDx6E3UOc9Vu0GnPZMpjxV7APvBVu1C2T7FKrEWrQKY/oQQ9NpgxlyySK40miCGG6IHnfD95EnQNcwh"
            "uB2jOZ8lixF3APfNU7lPpTrBJr0SqQ6U+oDg8Nc8wli+RKowliyCGH4EafD54EXcMcgttBmgBZvxhx1zAPPJX7"
            "VLoTedI4kepQqQ9ozg/NM4zyS7EKY8kiiOFHoAZf"
        ),
    ),
    "jpeg": (
        "1.2.840.10008.1.2.4.50",
        8,
        (
            "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ"
            "4RDgsLEBYQERMUFRUVDA8XGBYUGBIUFRT/wAALCAAQABABAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQF"
            "BgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2Jygg"
            "kKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWW"
            "l5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACA"
            "EBAAA/APjbwR8Lf9X+5/SvoDwR8Lf9X+5/SvQPBHwt/wBX+5/SvoDwR8Lf9X+5/Sv/2Q=="
        ),
    ),
    "jpeg_lossless": (
        "1.2.840.10008.1.2.4.70",
        12,
        (
            "/9j/xAAWAAEBAQAAAAAAAAAAAAAAAAAHCAz/wwALDAAQABABABEA/9oACAEAAAYAAM/+zLLMssyyzLLMssyyss"
            "yzTyErISshKyErISSkpKshK1IqyErISshJKSkqyErISshU8hKyEkpKSrISshKyErIStSKSkpKshKyErISshKyE"
            "kpNIqyErISshKyErISSkpKshU8hKyErISshJKSkqyErIStSKshKyEkpKSrISshKyErIVPISSkpKshKyErISshK"
            "yEk0ikqyErISshKyErISSkpKtSKshKyErISshJKSkqyErIVPISshKyEkpKSrISshKyErUirISSkpKshKyErISs"
            "hKyFSKSkqyErISshKyErISSkpNPISshKyErISshJKSkqyErUirISshKyEkpKSrISshKyEP/Z"
        ),
    ),
    "jpeg_ls": (
        "1.2.840.10008.1.2.4.80",
        12,
        (
            "/9j/6AAgU1BJRkYAAgAAAQAAABAAAAAQChAGAQAAASwAAAEs/+gACAAAAAH/2P/3AAsQABAAEAEBEQD/+AANAf"
            "//ABIAQwEUAED/2gAIAQEAAAAAplyxmTLGZNW2LVPB0u90Of2+bp5LKZVXWNVXC02+0Wg3Gc2mYmYg2uyWqx2m"
            "xWIUCETiATH4lJYEF7I7y8ER2IToQHJ+cHxuWQytjw1OzQ6MzkyODG3sLCsZYbF5qXWlbZ1llV1djVWJVSypr6"
            "ivKC6vXvFztc6WuESuVbhWqbqm6lsoap2jTFiZKySskjFIxRsEbBG0jtEvQrkK5CuQrkEHUG8GHEe0e0e0ce0u"
            "kumgCSfKfKefKfKfKnCncCa6uu6u6u6u6u6u7OCSy2y2y2y3ned7zNAOf1/X9f1/+v6/sgIYRwjhFHSOv6/rLP"
            "/Z"
        ),
    ),
    "jpeg_2000": (
        "1.2.840.10008.1.2.4.90",
        12,
        (
            "/0//UQApAAAAAAAQAAAAEAAAAAAAAAAAAAAAEAAAABAAAAAAAAAAAAABCwEB/1IADAAAAAEAAQQEAAH/XAAHQG"
            "BoaHD/ZAAlAAFDcmVhdGVkIGJ5IE9wZW5KUEVHIHZlcnNpb24gMi41LjT/kAAKAAAAAADhAAH/k8/lZBFPB69l"
            "UjBQDlUaaEBuR558u8c4c31HfbQZzkV9gYWrE1rovzYAr7t0CjABTNNpoRlg7fOwrInUv3chDYcqDiUuR+seDf"
            "PojBd1RR5cZ9Iz3cnv23GG9aB3wH2lED8CSAD5EAA2oXVA9kaUm2zmi7q4Q5d9278yQLtlLRPS5QG1GxbMLZMA"
            "eVByHR1XPaY0WxDcs8c61jP1QFKgl7Thwd1ECMmCBr6iMncMPK+urb8MEXiuN18CGruqril0+15xePHrgTfNnQ"
            "gtlP3FYoqOpRP/2Q=="
        ),
    ),
    "htj2k": (
        "1.2.840.10008.1.2.4.201",
        12,
        (
            "/0//UQApQAAAAAAQAAAAEAAAAAAAAAAAAAAAEAAAABAAAAAAAAAAAAABDwEB/1AACAACAAAACv9SAAwAAgABAA"
            "UEBEAB/1wAEyCIkJCQkJCQkJCQkJCQiIiI/2QAFwABT3BlbkpQSCBWZXIgMC4yNi4zLv+QAAoAAAAAASQAAf+T"
            "wAAmL/cFB3QAAMAAE0AAE0AAEYDG/gKHdAC0+gMHdAAAYwDAABUwAAVEAAEgAAKABfsBArQAAGDVqgCglAAgEr"
            "MAwAAWhAABacAAFWAQAQGupCMCrKpDJnjEjJcAAOM9gJMCU6YOwPRCEBbjsFm4ACIAm8JO/AAvN5UAwAAutgAB"
            "djAAC7JSvJYEwKd7kwQRgDEQKDKku4oAzae5pggkBDLgRnfTFZw5B75P3igE9hI7UQEwwAYcIQLjyugogCvARI"
            "FLgAuAC4CJhwGYLgVc/mGIC3bCEAGPQuVVOEXV0w6DM5QBuXNqQ1REQUaJjCuDczMyO3J2ZtWIFRErIsYYZVlu"
            "bv4DBe56fhFw+fVg57PVUbWM0gH/2Q=="
        ),
    ),
}
