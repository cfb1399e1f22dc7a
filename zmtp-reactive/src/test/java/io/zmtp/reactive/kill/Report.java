package io.zmtp.reactive.kill;

import java.util.List;

/**
 * What came of a run.
 *
 * @param row of the table
 * @param faults promises that were broken
 */
record Report(String row, List<String> faults) {}
