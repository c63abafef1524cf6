"use strict";

const pulumi = require("@pulumi/pulumi");
// What an Image of RedisOS is checked to: `npm run bench` writes it.
const checked = require("./image.json");

/** A provider that does as little as Pulumi allows. */
const provider = { create: async (inputs) => ({ id: "plain", outs: inputs }) };

class Plain extends pulumi.dynamic.Resource {
    constructor(name, inputs) {
        super(provider, name, inputs);
    }
}

/** As many resources as machines.js has, that hand on as much. */
exports.declare = (count) =>
    Array.from({ length: count }, (_, number) => {
        const image = new Plain(`image-${number}`, { ...checked, number });
        const components = Object.fromEntries(Object.keys(checked).map((key) => [key, image[key]]));
        return new Plain(`machine-${number}`, { image: components, memory: "256 MB", ports: [{ guest: 6379 }] });
    });
