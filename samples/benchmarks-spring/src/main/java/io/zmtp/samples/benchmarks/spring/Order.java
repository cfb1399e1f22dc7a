package io.zmtp.samples.benchmarks.spring;

/** What goes to and fro as JSON. */
record Order(String item, int count) {
    static final Order TEA = new Order("tea", 2);
}
