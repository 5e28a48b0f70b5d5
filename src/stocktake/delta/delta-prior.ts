import { defaultPrior, type PlacePrior } from "../../sensing/place-likelihood.ts";

/**
 * Prior for the boxes behind an aisle that was just used: twice as likely to have been taken as usual, and half as likely to
 * stand in a layer that was not exposed. So a silent tag that used to answer is reported as missing.
 */
export const deltaPrior: PlacePrior = { ...defaultPrior, home: 0.975, rest: 0.005, gone: 0.01 };
