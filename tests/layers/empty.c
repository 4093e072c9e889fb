/* An empty program: it links when the layer that is linked whole into it needs nothing from above. */
int main(void) {
    return 0;
}
