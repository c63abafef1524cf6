"use strict";

const pulumi = require("@pulumi/pulumi");

const COUNT = 50;

const stacks = { machines: "./machines", plain: "./plain" };
require(stacks[pulumi.getStack()]).declare(COUNT);
