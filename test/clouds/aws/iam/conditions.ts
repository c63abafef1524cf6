import type { Statement } from "./policy.ts";
import { list } from "./policy.ts";
import { glob, matchesArn } from "./match.ts";

/** What is known of a request, by condition key in lower case; a key that is not there has no value. */
export type Context = ReadonlyMap<string, readonly string[]>;

interface Operator {
    test(given: string, wanted: string): boolean;
    /** Whether it holds where none of its values fits. */
    readonly negated: boolean;
}

const equal = (given: string, wanted: string): boolean => given === wanted;
const sameLetters = (given: string, wanted: string): boolean => given.toLowerCase() === wanted.toLowerCase();
const like = (given: string, wanted: string): boolean => glob(wanted, given);
const arn = (given: string, wanted: string): boolean => matchesArn(wanted, given);
const numbers =
    (compare: (given: number, wanted: number) => boolean) =>
    (given: string, wanted: string): boolean =>
        compare(Number(given), Number(wanted));
const dates =
    (compare: (given: number, wanted: number) => boolean) =>
    (given: string, wanted: string): boolean =>
        compare(Date.parse(given), Date.parse(wanted));

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const OPERATORS: Readonly<Record<string, Operator>> = {
    StringEquals: { test: equal, negated: false },
    StringNotEquals: { test: equal, negated: true },
    StringEqualsIgnoreCase: { test: sameLetters, negated: false },
    StringNotEqualsIgnoreCase: { test: sameLetters, negated: true },
    StringLike: { test: like, negated: false },
    StringNotLike: { test: like, negated: true },
    ArnEquals: { test: arn, negated: false },
    ArnLike: { test: arn, negated: false },
    ArnNotEquals: { test: arn, negated: true },
    ArnNotLike: { test: arn, negated: true },
    Bool: { test: sameLetters, negated: false },
    NumericEquals: { test: numbers((given, wanted) => given === wanted), negated: false },
    NumericNotEquals: { test: numbers((given, wanted) => given === wanted), negated: true },
    NumericLessThan: { test: numbers((given, wanted) => given < wanted), negated: false },
    NumericLessThanEquals: { test: numbers((given, wanted) => given <= wanted), negated: false },
    NumericGreaterThan: { test: numbers((given, wanted) => given > wanted), negated: false },
    NumericGreaterThanEquals: { test: numbers((given, wanted) => given >= wanted), negated: false },
    DateGreaterThan: { test: dates((given, wanted) => given > wanted), negated: false },
    DateLessThan: { test: dates((given, wanted) => given < wanted), negated: false },
};

const NAME = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/;

export function knowsOperator(name: string): boolean {
    const [, , operator = ""] = NAME.exec(name) ?? [];
    return name === "Null" || Object.hasOwn(OPERATORS, operator);
}

/** Every key of every operator must hold. */
export function holds(conditions: Statement["Condition"], context: Context): boolean {
    return Object.entries(conditions ?? {}).every(([name, keys]) =>
        Object.entries(keys).every(([key, values]) => holdsFor(name, key, list(values), context)),
    );
}

function holdsFor(name: string, key: string, wanted: readonly string[], context: Context): boolean {
    const given = context.get(key.toLowerCase());
    if (name === "Null") {
        return wanted.includes(String(given === undefined));
    }
    const [, set, operator = "", ifExists] = NAME.exec(name) ?? [];
    const { negated, ...kind } = OPERATORS[operator]!;
    const fits = (value: string): boolean =>
        wanted.some((each) => kind.test(value, substitute(each, context))) !== negated;
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
    if (set === "ForAllValues") {
        return (given ?? []).every(fits);
    }
    if (given === undefined) {
        return ifExists !== undefined || (negated && set === undefined);
    }
    return set === "ForAnyValue" ? given.some(fits) : given.every(fits);
}

/** Variables of policies: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html */
export function substitute(text: string, context: Context): string {
    return text.replace(/\$\{([^}]*)\}/g, (whole, name: string) => {
        const literal = { "*": "*", "?": "?", $: "$" }[name];
        return literal ?? context.get(name.toLowerCase())?.[0] ?? whole;
    });
}
