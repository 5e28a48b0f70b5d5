export { type InputRegisterMap, inputChannelsMax, inputRegisterMaps } from "./input-register-maps.ts";
export { decodeInputs, encodeInputsRead, type InputWindow } from "./read-inputs.ts";
