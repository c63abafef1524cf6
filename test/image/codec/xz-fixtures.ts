/** .xz streams made by XZ Utils 5.4, preset 9, with CRC64 checks. */
export const xzFixtures = {
    /** 3,000,000 zero bytes and "end". */
    zeros: decode([
        "/Td6WFoAAATm1rRGAgAhARwAAAAQz1jM//8RAWxdAABv/f//o7f/Rz5IFXI5YVG4kijmo4YH+e7kHoLTL8U6PAFLsX7JiopNL6MN",
        "2X+m44wjEVPgWRjFdYrid/i2lH8MasDedElk4ulcU7IE2PdEDKtfDW1G6eXDdoi3llestk3haR1v+0uIEGxCy4g/XACP0E6vJiiU",
        "cR89jyThcJ6nI1/sKMuF0ZWYin4qkfIndfcZwAaYTZj92K/VkA/EJVP49ZE2MQWlsO5vwXBNRwzRkRGqrWAdus6xJxhcWYbpZlJY",
        "vul2rFnk5VsFCPnH2q38+1IrdM0eWyBC+d1TPfgpZAk7gMsqbN+1O/DEvS5fqg8+S2ZCkBMO/xCT+HF4WfgLzf+VKEYPqfx83vua",
        "MC5WwI+F84OBwGXEJVP49ZE2MQWlsO5vwXBNRwzRkRGqrWAdus6xJxhcWYbpZlJYvul2rFnk5VsFCPnH2q38+1IrdM0eWyBC+d1T",
        "PfgpZAk7gMsqbN+1O/DEvEgn5liNx7AAiADsc1On/b6ufDEan7eNMW5wnqcjX+woy4XRlZiKfiqR8id19xnABphNmP3Yr9WQD8Ql",
        "U/j1kTYxBaWw7m/BcE1HDNGREaqtYB26zrEnGFxZhulmUli+6XasWeTlWwUI+cfarfz7Uit0zR5bIEL53VM9+ClkCTuAyyps37U7",
        "8MS9FHlB7tWmbBwAAAAAJKfbwSdUMtEAAZYEw423AZFGfKyxxGf7AgAAAAAEWVo=",
    ]),
    /** The lines "<n> squared is <n*n>" for n from 0 to 199. */
    squares: decode([
        "/Td6WFoAAATm1rRGAgAhARwAAAAQz1jM4A9nAtVdABgICud6GZsPURQnMtDY6Q1hXiYM9pi4HMD9Bu3Ychrn0FfWFmAKCx5peO4G",
        "nMVtsXPjkr+TElcNIMl7DYziXNivAtpbM99D09B/HZ3REMS2YGldfdniglAF1MBZUJgoMJvluHaUKmSapG8czz8FZcqIfn52+G/L",
        "ot15dZZl5/Y8E2WpGgAxJrbXSdaaX3zKcLAp9Qs5K1etXDQNagvz7xDu6G6GHHfGmb4DLPKChhFu39RVVbSiW03Dq4Zo2jVZI4xm",
        "hBpHldOOqOEn0wndVKSldJC+Ffb8lEeuqoAYzH3jZuNAk/fNHRL35KwnWfqtJ/GVHD9KFelW6iuPi9Qi0Vbdc/cfT7/esf+bjI7G",
        "p8bg/kDIV9y35j1R7xyrfVeGbMW4XvkYQ9HoiR6fOUafGXSY+3NeWwjatDSozPWCWHE6EugDx+90gCbwXiobyzrKtvyLl1dAy7y/",
        "PG7NpHnLhUHw7bNyOvtAfaKQ/rRr9FOek1cMJMRrRmg3ZqxZQvQLzlMyrf8x2lAX0Imr/Ln21HVEVHQO7Wc+BcgKA35ScV5zBMjr",
        "sPqujux2tjm004RJP11HKG5pzosHwOfuFgnz7KzPbwERSHQcrXz5ltmwtrSSTxhsPzmdZp4OqYPL9b+BudA/SL/27wblo/fK17oB",
        "1uSZXdYz8kQ/riID4TFHXrWNODAKL4Alz0g6ZtTSF0C0DkmZjKnR0Rkp/hsOcEq8GkjEnKMJ7SErEPs/lOo26o+ss6q60InRu0ut",
        "jFj8nvkGqSwuQgTH5IJOraCBQveyHlFPyoDGmsiUWk3nWkeQOvP/9kbQQcJA6Acuu0Pzvs36e9mvztmXW2Asgmjsl29LTnvVmNHH",
        "iuhcKw1vZYKVF74i1N6L3osYgJx3lERFBimY+OokU+lHpQItySFYEztsh1Jd2ibEFRzQosmwTzy4GrMxSLSJtKE0sICFhWgorz6/",
        "cVztYtqPAAAAAM9t+IPk6Su/AAHxBegeAAC8dgjQscRn+wIAAAAABFla",
    ]),
    /** Nothing. */
    empty: decode(["/Td6WFoAAATm1rRGAAAAABzfRCEftvN9AQAAAAAEWVo="]),
};

function decode(lines: readonly string[]): Buffer {
    return Buffer.from(lines.join(""), "base64");
}
