"""Drawing: marks, bars and charts as SVG, without a script and without a colour of their own."""
