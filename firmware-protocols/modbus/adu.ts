/** One PDU with its addressing. `transactionId` is null on RTU, which has none. */
export interface ModbusAdu {
  transactionId: number | null;
  unit: number;
  pdu: Uint8Array;
}

/** How PDUs are wrapped: on a serial line, on TCP with an MBAP header, or serial frames carried by a TCP serial server. */
export type ModbusMode = "rtu" | "tcp" | "rtu-over-tcp";
